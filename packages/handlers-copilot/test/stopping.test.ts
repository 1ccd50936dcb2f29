import { describe, it } from "vitest";
import { hasRuntime, whereItRuns } from "./fixtures/bench.ts";
import {
  cancelAfter,
  createEndlessBench,
  expectNoProcess,
  STOP_CASES,
  STOPS_AT_MS,
  timeOutAfter,
} from "./fixtures/stop-matrix.ts";

const TIMES = 10;

describe.skipIf(!hasRuntime)(`a turn that is stopped${whereItRuns}`, () => {
  it.each(STOP_CASES)(
    "ends soon and leaves nothing when it is cancelled: %s, %i ms into it, 10 times",
    async (kind, ms) => {
      const bench = await createEndlessBench();
      for (let time = 0; time < TIMES; time++) await cancelAfter(bench, kind, ms);
      await expectNoProcess(bench);
    },
  );

  it.each(STOP_CASES)(
    "ends soon and leaves nothing when it times out: %s, %i ms into it, 10 times",
    async (kind, ms) => {
      const bench = await createEndlessBench();
      for (let time = 0; time < TIMES; time++) await timeOutAfter(bench, kind, ms);
      await expectNoProcess(bench);
    },
  );

  it("ends soon when the runtime has not been started yet", async () => {
    for (const ms of STOPS_AT_MS) {
      const bench = await createEndlessBench();
      await cancelAfter(bench, "agent", ms);
      await expectNoProcess(bench);
    }
  });
});
