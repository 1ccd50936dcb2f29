import { attemptMark, marksIn, markedAs, ProcessView, sessionsOf, type MarkedProcess } from "@ttasks/node-support";
import { describe, expect, it } from "vitest";

const PLACE = { machine: "m", boot: "b", namespace: "1" };
const OUTER = attemptMark({ executorId: "outer", taskId: "t", number: 1 });
const INNER = attemptMark({ executorId: "inner", taskId: "t", number: 1 });

/** A process that leads a session of its own, unless it says another one. */
function one(pid: number, marks: readonly string[] = [], more: Partial<MarkedProcess> = {}): MarkedProcess {
  return { pid, group: pid, session: pid, parent: 1, startTicks: `${pid}0`, marks, ...more };
}

function found(processes: readonly MarkedProcess[], noted?: { pid: number; ticks: string; boot?: string }): unknown {
  const start = noted && `linux/m/${noted.boot ?? "b"}/1/${noted.ticks}`;
  const sought = { mark: OUTER, noted: noted && { pid: noted.pid, start: start! } };
  const { sessions, doubtful } = sessionsOf(sought, new ProcessView(processes), PLACE);
  return doubtful ? [...sessions.map(({ id }) => id), "doubtful"] : sessions.map(({ id }) => id);
}

describe("the mark of an attempt", () => {
  it("names executor, task and attempt, whatever characters are in their ids", () => {
    expect(attemptMark({ executorId: "ab-1", taskId: "a/b:c\0d=e ä", number: 2 })).toBe(
      "ab-1/a%2Fb%3Ac%00d%3De%20%C3%A4/2",
    );
  });

  it("comes after those that the process which starts it runs under", () => {
    expect(markedAs(INNER, undefined)).toBe(INNER);
    expect(markedAs(INNER, "")).toBe(INNER);
    expect(marksIn(`A=1\0TTASKS_ATTEMPT=${markedAs(INNER, OUTER)}\0B=2\0`)).toEqual([OUTER, INNER]);
  });

  it("is read from the variable of its name alone", () => {
    expect(marksIn("A=1\0")).toEqual([]);
    expect(marksIn(`MY_TTASKS_ATTEMPT=${OUTER}\0A=TTASKS_ATTEMPT=${OUTER}\0`)).toEqual([]);
  });
});

describe("the sessions of an attempt whose first process was noted", () => {
  it("are the one that this process leads, with all that is in it, and no other", () => {
    const bystander = one(50);
    expect(found([one(10), one(11, [], { session: 10 }), bystander], { pid: 10, ticks: "100" })).toEqual([10]);
  });

  it("are the same when only others are left in it, and one of them has the mark", () => {
    const left = one(11, [OUTER], { session: 10, group: 11 });
    expect(found([left, one(12, [], { session: 10 })], { pid: 10, ticks: "100" })).toEqual([10]);
  });

  it("are in doubt when only others are left in it, and nothing tells whose they are", () => {
    expect(found([one(11, [], { session: 10 })], { pid: 10, ticks: "100" })).toEqual(["doubtful"]);
  });

  it("are in doubt when another process has the number now", () => {
    expect(found([one(10, [], { startTicks: "999" })], { pid: 10, ticks: "100" })).toEqual(["doubtful"]);
    expect(found([one(10, [], { startTicks: "999", session: 5 })], { pid: 10, ticks: "100" })).toEqual(["doubtful"]);
  });

  it("are none when nothing lives of it; a daemon that has left by setsid goes on", () => {
    expect(found([one(20, [OUTER])], { pid: 10, ticks: "100" })).toEqual([]);
    expect(found([one(10, [OUTER]), one(20, [OUTER])], { pid: 10, ticks: "100" })).toEqual([10]);
  });

  it("are not looked for by that number after another boot", () => {
    expect(found([one(10)], { pid: 10, ticks: "100", boot: "earlier" })).toEqual([]);
  });
});

describe("the sessions of an attempt whose first process was not noted", () => {
  it("are the oldest one with its mark", () => {
    expect(found([one(20, [OUTER]), one(10, [OUTER]), one(11, [], { session: 10 }), one(30)])).toEqual([10]);
    const afterTheNumbersBegan = one(5, [OUTER], { startTicks: "300" });
    expect(found([afterTheNumbersBegan, one(10, [OUTER])])).toEqual([10]);
  });

  it("are told by their numbers where the first process has ended", () => {
    const left = one(15, [OUTER], { session: 10, startTicks: "400" });
    expect(found([one(12, [OUTER]), left])).toEqual([10]);
  });

  it("are none where nobody has the mark", () => {
    expect(found([one(10, [INNER]), one(11)])).toEqual([]);
  });
});

describe("the sessions of attempts that were started under an attempt", () => {
  it("are left to the program that has started them, as long as it lives", () => {
    const program = one(11, [OUTER], { session: 10, parent: 10 });
    const inner = one(20, [OUTER, INNER], { parent: 11 });
    expect(found([one(10, [OUTER]), program, inner], { pid: 10, ticks: "100" })).toEqual([10]);
  });

  it("are found once that program is gone, without what has left them by setsid", () => {
    const inner = [one(20, [OUTER, INNER]), one(21, [OUTER, INNER], { session: 20, parent: 20 })];
    expect(found([...inner, one(30, [OUTER, INNER])], { pid: 10, ticks: "100" })).toEqual([20]);
  });

  it("go on where a daemon runs them", () => {
    const daemon = one(15, [OUTER]);
    expect(found([daemon, one(20, [OUTER, INNER], { parent: 15 })], { pid: 10, ticks: "100" })).toEqual([]);
  });

  it("are not those of the attempt that it was started under itself", () => {
    const outer = one(10, [INNER]);
    expect(found([outer, one(20, [INNER, OUTER])])).toEqual([20]);
  });
});

describe("what must not be ended", () => {
  it("is a session that this program runs in, or comes from", () => {
    const self = one(process.pid, [OUTER], { session: 10, parent: 10 });
    expect(found([one(10, [OUTER]), self], { pid: 10, ticks: "100" })).toEqual(["doubtful"]);
    const below = one(process.pid, [OUTER], { session: 20, parent: 11 });
    const above = one(11, [OUTER], { session: 10, parent: 10 });
    expect(found([one(10, [OUTER]), above, below], { pid: 10, ticks: "100" })).toEqual(["doubtful"]);
  });

  it("is what belongs to the system itself", () => {
    expect(found([one(1, [OUTER], { parent: 0 })], { pid: 1, ticks: "10" })).toEqual(["doubtful"]);
    expect(found([one(7, [OUTER], { session: 0 })])).toEqual(["doubtful"]);
  });
});
