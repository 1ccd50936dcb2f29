import { describe, it } from "vitest";
import { hasRuntime, whereItRuns } from "../fixtures/bench.ts";
import {
  cancelAfter,
  createEndlessBench,
  expectNoProcess,
  STOPS_AT_MS,
  timeOutAfter,
  type Kind,
} from "../fixtures/stop-matrix.ts";

const TIMES = 50;
const CASES = (["prompt", "agent"] as const).flatMap((kind) => STOPS_AT_MS.map((ms): [Kind, number] => [kind, ms]));

describe.skipIf(!hasRuntime)(`a turn that is stopped${whereItRuns}`, () => {
  it.each(CASES)("ends soon and leaves nothing: %s, %i ms into it, 50 times each way", async (kind, ms) => {
    const bench = await createEndlessBench();
    for (let time = 0; time < TIMES; time++) {
      await cancelAfter(bench, kind, ms);
      await timeOutAfter(bench, kind, ms);
    }
    await expectNoProcess(bench);
  });
});
