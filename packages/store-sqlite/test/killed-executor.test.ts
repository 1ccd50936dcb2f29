import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { bundleFixture } from "./fixtures/bundle-fixture.ts";
import { killHistogram, type KillRound } from "./fixtures/kill-histogram.ts";
import { killPlans } from "./fixtures/kill-plans.ts";
import { killedRun } from "./fixtures/killed-run.ts";
import { examineLedger } from "./fixtures/left-ledger.ts";
import { temporaryFolder } from "./fixtures/temporary-folder.ts";

const ROUNDS = 60;
const AT_ONCE = 2;
/** A number makes the kills fall as they did in a run that printed it. */
const seed = Number(process.env["TTASKS_KILL_SEED"] ?? Date.now() % 1_000_000);

const folder = temporaryFolder();
let program = "";

beforeAll(async () => {
  program = await bundleFixture("run-until-killed.ts", folder);
});

describe("an executor whose process is killed", () => {
  it("leaves a ledger that has every state that its subscriber saw", async ({ onTestFailed }) => {
    onTestFailed(() => console.log(`TTASKS_KILL_SEED=${seed} lets the kills fall in the same places`));
    const rounds: KillRound[] = [];
    const faults: string[] = [];
    const plans = killPlans(ROUNDS, seed).entries();
    const began = performance.now();
    const worker = async (): Promise<void> => {
      for (const [number, plan] of plans) {
        const path = join(folder, `killed-${number}.db`);
        const run = await killedRun(program, path, plan);
        const left = examineLedger(path, run.events);
        faults.push(...left.faults.map((fault) => `kill ${number}: ${fault}`));
        rounds.push({ ...run, ...left });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    const seconds = ((performance.now() - began) / 1_000).toFixed(1);
    console.log(`${ROUNDS} kills in ${seconds} s, TTASKS_KILL_SEED=${seed}\n\n${killHistogram(rounds)}`);
    expect(faults).toEqual([]);
    expect(rounds).toHaveLength(ROUNDS);
    expect(rounds.filter(({ runningCount }) => runningCount > 0).length).toBeGreaterThanOrEqual(50);
  }, 120_000);
});
