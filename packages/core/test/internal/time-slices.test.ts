import { settle, VirtualClock } from "@ttasks/testkit";
import { describe, expect, it } from "vitest";
import { TimeSlices } from "../../src/internal/time-slices.ts";

describe("cutting work into slices", () => {
  it("work goes on while its slice lasts, then waits for a turn of the event loop", async () => {
    const clock = new VirtualClock();
    const slices = new TimeSlices(clock);
    let resumed = 0;
    const resume = (): void => {
      resumed++;
    };
    expect([slices.mayGoOn(resume), slices.mayGoOn(resume)]).toEqual([true, true]);
    clock.pass(10);
    expect([slices.mayGoOn(resume), slices.mayGoOn(resume)]).toEqual([false, false]);
    expect(resumed).toBe(0);
    await settle();
    expect(resumed).toBe(1);
    expect(slices.mayGoOn(resume)).toBe(true);
  });

  it("a slice is at most 10 ms long", () => {
    const clock = new VirtualClock();
    const slices = new TimeSlices(clock);
    slices.mayGoOn(() => undefined);
    clock.pass(10);
    expect(slices.mayGoOn(() => undefined)).toBe(false);
  });

  it("runs a generator to its end and gives what it returns", async () => {
    const clock = new VirtualClock();
    const steps = (function* () {
      for (let step = 0; step < 5; step++) {
        clock.pass(4);
        yield;
      }
      return "end";
    })();
    expect(await new TimeSlices(clock).run(steps)).toBe("end");
  });

  it("an error of the generator rejects", async () => {
    const steps = (function* (): Generator<void, void, void> {
      yield;
      throw new Error("step");
    })();
    await expect(new TimeSlices(new VirtualClock()).run(steps)).rejects.toThrow("step");
  });
});
