import { randomUUID } from "node:crypto";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { hostname } from "node:os";
import {
  ATTEMPT_VARIABLE,
  attemptMark,
  canListProcesses,
  LeftAttempts,
  ownProcessStart,
  processEntry,
  processStart,
  ProcessView,
  type LeftAttempt,
} from "@ttasks/node-support";
import { afterEach, describe, expect, it } from "vitest";

const GRACE_MS = 300;

/** Whether a process, or a group by its negative number, has not ended and been taken note of. */
function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
const started: ChildProcess[] = [];

afterEach(() => {
  for (const { pid } of started.splice(0)) {
    try {
      process.kill(-pid!, "SIGKILL");
    } catch {
      // It has ended.
    }
  }
});

/** What an executor that is gone has left: a script in a session of its own, bearing the marks, which has printed `lines` numbers. */
async function left(
  script: string,
  marks: readonly LeftAttempt[],
  lines = 1,
): Promise<{ readonly pid: number; readonly start: string; readonly pids: readonly number[] }> {
  const env = { ...process.env, [ATTEMPT_VARIABLE]: marks.map(attemptMark).join(":") };
  const child = spawn("bash", ["-c", script], { detached: true, env, stdio: ["ignore", "pipe", "ignore"] });
  started.push(child);
  let said = "";
  while (said.split("\n").length <= lines) said += String(((await once(child.stdout, "data")) as [Buffer])[0]);
  const pid = child.pid!;
  return { pid, start: processStart(pid)!, pids: said.trim().split("\n").map(Number) };
}

function newAttempt(): LeftAttempt {
  return { executorId: randomUUID(), taskId: randomUUID(), number: 1 };
}

function isAlive(pid: number): boolean {
  return processEntry(pid) !== undefined;
}

/** All living processes that bear the mark. */
async function bearersOf(attempt: LeftAttempt): Promise<number[]> {
  const view = await ProcessView.take();
  const mark = attemptMark(attempt);
  const sessions = view.sessionsWith((marks) => marks.includes(mark));
  return sessions.flatMap(({ members }) => members.filter(({ marks }) => marks.includes(mark)).map(({ pid }) => pid));
}

const end = (attempt: LeftAttempt): Promise<string> => new LeftAttempts(GRACE_MS).end(attempt);

/** Says its number and sleeps, in a process of its own. */
const SLEEPER = "bash -c 'echo $$; exec sleep 60'";

describe.skipIf(!canListProcesses())("what an attempt has left (skipped: /proc cannot be read here)", () => {
  it("is ended with children, grandchildren and groups of its own; nothing else is", async () => {
    const attempt = newAttempt();
    const other = await left("echo $$; sleep 60; true", [newAttempt()]);
    const { pid, start, pids } = await left(
      `${SLEEPER} & (bash -c 'set -m; sleep 60 & echo $!; wait') & echo $$; wait`,
      [attempt],
      3,
    );
    expect(await end({ ...attempt, process: { pid, start } })).toBe("ended");
    expect(pids).toHaveLength(3);
    expect([pid, ...pids].filter(isAlive)).toEqual([]);
    expect(await bearersOf(attempt)).toEqual([]);
    expect(isAlive(other.pid)).toBe(true);
  });

  it("is found by its mark where its first process was not noted", async () => {
    const attempt = newAttempt();
    const { pid, pids } = await left(`${SLEEPER} & wait`, [attempt]);
    expect(await end(attempt)).toBe("ended");
    expect([pid, ...pids].filter(isAlive)).toEqual([]);
  });

  it("is found at the very moment of its birth", async () => {
    for (let round = 0; round < 10; round++) {
      const attempt = newAttempt();
      const env = { ...process.env, [ATTEMPT_VARIABLE]: attemptMark(attempt) };
      started.push(
        spawn("bash", ["-c", "(sleep 60; true) & sleep 60; true"], { detached: true, env, stdio: "ignore" }),
      );
      expect(await end(attempt)).toBe("ended");
      expect(await bearersOf(attempt)).toEqual([]);
    }
  });

  it("is found by its mark where its first process has ended", async () => {
    const attempt = newAttempt();
    const { pid, start, pids } = await left(`${SLEEPER} & exit`, [attempt]);
    await expect.poll(() => isAlive(pid)).toBe(false);
    expect(pids.filter(isAlive)).toEqual(pids);
    expect(await end({ ...attempt, process: { pid, start } })).toBe("ended");
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it("is found without its mark by its first process", async () => {
    const attempt = newAttempt();
    const { pid, start } = await left(`exec env -u ${ATTEMPT_VARIABLE} ${SLEEPER}`, [attempt]);
    expect(await end({ ...attempt, process: { pid, start } })).toBe("ended");
    expect(isAlive(pid)).toBe(false);
  });

  it("has time to clean up, and is killed when it does not end", async () => {
    const attempt = newAttempt();
    const { pid, pids } = await left(`bash -c 'trap "" TERM; echo $$; sleep 60; true' & wait`, [attempt]);
    const began = performance.now();
    expect(await end(attempt)).toBe("ended");
    expect(performance.now() - began).toBeGreaterThanOrEqual(GRACE_MS);
    expect([pid, ...pids].filter(isAlive)).toEqual([]);
  });

  it("is ended when it is stopped", async () => {
    const attempt = newAttempt();
    const { pid } = await left("echo $$; kill -STOP $$", [attempt]);
    expect(await end(attempt)).toBe("ended");
    expect(isAlive(pid)).toBe(false);
  });

  it("is unknown, and lives on, where another process may have its number now", async () => {
    const attempt = newAttempt();
    const { pid, start } = await left(`exec env -u ${ATTEMPT_VARIABLE} ${SLEEPER}`, [attempt]);
    const other = start.replace(/\d+$/, (ticks) => String(Number(ticks) - 1));
    expect(await end({ ...attempt, process: { pid, start: other } })).toBe("unknown");
    expect(isAlive(pid)).toBe(true);
  });

  it("does not hold a daemon that has left by setsid", async () => {
    const attempt = newAttempt();
    const { pid, start, pids } = await left(`setsid ${SLEEPER} & wait`, [attempt]);
    expect(await end({ ...attempt, process: { pid, start } })).toBe("ended");
    expect(isAlive(pid)).toBe(false);
    expect(pids.filter(isAlive)).toEqual(pids);
    process.kill(pids[0]!, "SIGKILL");
  });

  it("is ended with the attempts of a program in it that was killed", async () => {
    const [outer, inner] = [newAttempt(), newAttempt()];
    const nested = await left("sleep 60 & echo $!; wait", [outer, inner]);
    const { pid, start } = await left("echo $$; sleep 60; true", [outer]);
    // The program that has started it is this one, which does not bear the mark: as if its own were gone.
    expect(await end({ ...outer, process: { pid, start } })).toBe("ended");
    expect([pid, nested.pid, ...nested.pids].filter(isAlive)).toEqual([]);
  });

  it("is gone where it has ended before, and none where nothing was noted", async () => {
    const attempt = newAttempt();
    const { pid, start } = await left("echo $$", [attempt]);
    await expect.poll(() => existsSync(`/proc/${pid}`)).toBe(false);
    expect(await end({ ...attempt, process: { pid, start } })).toBe("gone");
    expect(await end(attempt)).toBe("none");
  });

  it("is gone with the boot that it ran in; of a container that cannot be told", async () => {
    const [system, machine, , namespace, ticks] = processStart(process.pid)!.split("/");
    const earlier = [system, machine, randomUUID(), namespace, ticks].join("/");
    const isContainer = namespace !== "4026531836" || machine === "";
    const fate = await end({ ...newAttempt(), process: { pid: process.pid, start: earlier } });
    expect(fate).toBe(isContainer ? "unknown" : "gone");
  });

  it("is gone when nothing has its number, where only that was noted", async () => {
    const { pid } = await left("echo $$; exec sleep 60", []);
    const owner = { host: hostname(), pid: process.pid, processStart: ownProcessStart() };
    const attempt = { ...newAttempt(), process: { pid, start: "darwin" } };
    expect(await end({ ...attempt, owner })).toBe("unknown");
    process.kill(-pid, "SIGKILL");
    // All of its group: who has ended has its number until its parent, or init, takes note.
    await expect.poll(() => lives(-pid)).toBe(false);
    expect(await end({ ...attempt, owner: { ...owner, host: "elsewhere" } })).toBe("unknown");
    expect(await end(attempt)).toBe("unknown");
    expect(await end({ ...attempt, owner })).toBe("gone");
  });

  it("is unknown where it ran in another container or on another machine", async () => {
    const attempt = newAttempt();
    const [system, machine, boot, namespace, ticks] = processStart(process.pid)!.split("/");
    const elsewhere = [system, "another", randomUUID(), namespace, ticks].join("/");
    const contained = [system, machine, boot, "4026539999", ticks].join("/");
    for (const start of [elsewhere, contained, "something else"])
      expect(await end({ ...attempt, process: { pid: process.pid, start } })).toBe("unknown");
  });
});
