import { describe, it } from "vitest";
import { hasRuntime, whereItRuns } from "../fixtures/bench.ts";
import { cancelAfter, createEndlessBench, expectNoProcess, STOP_CASES, timeOutAfter } from "../fixtures/stop-matrix.ts";

const TIMES = 50;

describe.skipIf(!hasRuntime)(`a turn that is stopped${whereItRuns}`, () => {
  it.each(STOP_CASES)("ends soon and leaves nothing: %s, %i ms into it, 50 times each way", async (kind, ms) => {
    const bench = await createEndlessBench();
    for (let time = 0; time < TIMES; time++) {
      await cancelAfter(bench, kind, ms);
      await timeOutAfter(bench, kind, ms);
    }
    await expectNoProcess(bench);
  });
});
