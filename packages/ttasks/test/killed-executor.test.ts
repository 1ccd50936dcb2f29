import { describe, expect, it } from "vitest";
import { killRounds, killSeed } from "./fixtures/killed/kill-rounds.ts";

const ROUNDS = 60;

describe.skipIf(process.platform === "win32")("an executor whose process is killed", () => {
  it("leaves a ledger that has all that was told, and from which its graph goes on to its end", async ({
    onTestFailed,
  }) => {
    const seed = killSeed();
    onTestFailed(() => console.log(`TTASKS_KILL_SEED=${seed} lets the kills fall in the same places`));
    const { faults, firstKills, report } = await killRounds(ROUNDS, seed);
    console.log(report);
    expect(faults).toEqual([]);
    expect(firstKills).toHaveLength(ROUNDS);
    expect(firstKills.filter(({ left }) => left.running.length > 0).length).toBeGreaterThanOrEqual((ROUNDS * 5) / 6);
  }, 180_000);
});
