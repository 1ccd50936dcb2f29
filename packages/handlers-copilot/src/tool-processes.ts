import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setImmediate } from "node:timers/promises";
import {
  canListProcesses,
  listedPids,
  processEntry,
  ProcessTree,
  readProcessFile,
  type ProcessEntry,
  type TreePlatform,
} from "@ttasks/node-support";

/** What tools have started is asked to end, and killed after this time. */
const GRACE_MS = 1_000;
/** Reading more files of /proc at once would be felt by the event loop. */
const SLICE = 32;

/**
 * The processes of one runtime, found by a mark in their environment. The runtime ends the command that it waits for, but neither one
 * that ignores SIGTERM, nor what a command has left in the background, nor anything when it is killed itself.
 */
export class ToolProcesses {
  readonly #mark = variable("TTASKS_RUNTIME", randomUUID());
  #folder: Promise<string> | undefined;
  /** Where the scripts lie, once there is one. */
  #path: string | undefined;

  /** Whether processes can be found here: on Linux only. */
  static get areVisible(): boolean {
    return canListProcesses();
  }

  /** What the runtime's environment must hold. */
  get env(): Readonly<Record<string, string>> {
    return { [this.#mark]: "1" };
  }

  /** Makes a script that marks the shell which sources it as one of this session. */
  async scriptFor(sessionId: string): Promise<string> {
    this.#folder ??= mkdtemp(path.join(os.tmpdir(), "ttasks-copilot-"));
    this.#path = await this.#folder;
    const script = path.join(this.#path, `${sessionId}.sh`);
    await writeFile(script, `export ${markOf(sessionId)}=1\n`);
    return script;
  }

  /** Ends what the tools of a session have left. */
  async endSession(sessionId: string): Promise<void> {
    const mark = markOf(sessionId);
    // A shell has the name of the script in its command line, and what it has started the mark in its environment.
    const marks = { environ: mark, cmdline: `${sessionId}.sh` };
    await new ProcessTree(new MarkedProcesses(this.#mark, marks), GRACE_MS).end();
  }

  /** Ends everything, the runtime as well. */
  async end(): Promise<void> {
    await new ProcessTree(new MarkedProcesses(this.#mark), GRACE_MS).end();
    this.#removeScripts();
  }

  /** Kills everything at once, the runtime as well. */
  killNow(): void {
    new MarkedProcesses(this.#mark).killNow();
    this.#removeScripts();
  }

  #removeScripts(): void {
    if (this.#path !== undefined) rmSync(this.#path, { recursive: true, force: true });
  }
}

function markOf(sessionId: string): string {
  return variable("TTASKS_TURN", sessionId);
}

/**
 * The name of a variable that nobody else has: so an agent's program that runs agents itself does not hide the mark that it has. Shells
 * drop variables whose names they could not set.
 */
function variable(name: string, uuid: string): string {
  return `${name}_${uuid.replaceAll("-", "_")}`;
}

interface SessionMarks {
  readonly environ: string;
  readonly cmdline: string;
}

class MarkedProcesses implements TreePlatform {
  readonly #mark: string;
  readonly #session: SessionMarks | undefined;

  /** Without the marks of a session all of the runtime's. */
  constructor(mark: string, session?: SessionMarks) {
    this.#mark = mark;
    this.#session = session;
  }

  async isAlive(): Promise<boolean> {
    // Twice: a process that is about to become another program shows nothing for a moment.
    return (await this.#members()).length > 0 || (await this.#members()).length > 0;
  }

  async signal(force: boolean): Promise<void> {
    for (const { pid } of await this.#members()) {
      send(pid, force ? "SIGKILL" : "SIGTERM");
      // One that is stopped hears of it only when it goes on.
      if (!force) send(pid, "SIGCONT");
    }
  }

  killNow(): void {
    // Again, as long as there is one: what is killed may just have started another.
    for (let round = 0; round < 5; round++) {
      const members = this.#select(this.#find(listedPids()));
      if (members.length === 0) return;
      for (const { pid } of members) send(pid, "SIGKILL");
    }
  }

  async #members(): Promise<ProcessEntry[]> {
    const pids = listedPids();
    const found: Found[] = [];
    for (let start = 0; start < pids.length; start += SLICE) {
      if (start > 0) await setImmediate();
      found.push(...this.#find(pids.slice(start, start + SLICE)));
    }
    return this.#select(found);
  }

  #find(pids: readonly number[]): Found[] {
    return pids.flatMap((pid) => {
      const environ = pid === process.pid ? undefined : read(pid, "environ");
      if (environ?.includes(this.#mark) !== true) return [];
      const entry = processEntry(pid);
      return entry === undefined ? [] : [{ entry, isMarked: this.#isOfSession(pid, environ) }];
    });
  }

  #isOfSession(pid: number, environ: string): boolean {
    const marks = this.#session;
    if (marks === undefined) return true;
    return environ.includes(marks.environ) || (read(pid, "cmdline")?.includes(marks.cmdline) ?? false);
  }

  /** With a marked process all of its session (in the system's sense) that the runtime has started. */
  #select(found: readonly Found[]): ProcessEntry[] {
    const sessions = new Set(found.filter(({ isMarked }) => isMarked).map(({ entry }) => entry.session));
    return found.map(({ entry }) => entry).filter(({ session }) => sessions.has(session));
  }
}

interface Found {
  readonly entry: ProcessEntry;
  readonly isMarked: boolean;
}

/** Nothing for a process that has ended, or that is not ours to look into. */
function read(pid: number, name: "environ" | "cmdline"): string | undefined {
  try {
    return readProcessFile(pid, name);
  } catch {
    return undefined;
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
}
