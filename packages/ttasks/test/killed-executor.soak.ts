import { describe, expect, it } from "vitest";
import { killRounds, killSeed } from "./fixtures/killed/kill-rounds.ts";

const ROUNDS = 300;

describe.skipIf(process.platform === "win32")("an executor whose process is killed 300 times", () => {
  it("leaves a ledger that has all that was told, and from which its graph goes on to its end", async () => {
    const { faults, firstKills, report } = await killRounds(ROUNDS, killSeed());
    console.log(report);
    expect(faults).toEqual([]);
    expect(firstKills).toHaveLength(ROUNDS);
    expect(firstKills.filter(({ left }) => left.running.length > 0).length).toBeGreaterThanOrEqual((ROUNDS * 5) / 6);
  });
});
