import { canListProcesses, ProcessTree, type Dependants, type TreePlatform } from "@ttasks/node-support";
import { LinuxSession } from "./linux-session.ts";
import { ProcessGroup } from "./process-group.ts";
import type { StartedProcess } from "./start-process.ts";
import { WindowsTree } from "./windows-tree.ts";

/** How long output may take to arrive after the processes are gone: others may hold the pipe. */
const PIPE_WAIT_MS = 500;

/** A process with all that it has started, which is ended as one. */
export class RunningProcess implements Dependants {
  readonly started: StartedProcess;
  /** There is none of a process that could not be started. */
  readonly #tree: ProcessTree | undefined;
  #ending: Promise<void> | undefined;

  constructor(started: StartedProcess, { killGraceMs }: { readonly killGraceMs: number }) {
    this.started = started;
    const { pid } = started;
    this.#tree = pid === undefined ? undefined : new ProcessTree(platformOf(started, pid), killGraceMs);
  }

  /** Resolves when all are gone; the output then ends soon. */
  end(): Promise<void> {
    return (this.#ending ??= this.#end());
  }

  /** Kills all before it returns. */
  killNow(): void {
    this.#tree?.killNow();
  }

  async #end(): Promise<void> {
    await this.#tree?.end();
    const timer = setTimeout(() => this.started.closePipes(), PIPE_WAIT_MS);
    void this.started.ended.then(() => clearTimeout(timer));
  }
}

function platformOf(started: StartedProcess, pid: number): TreePlatform {
  if (process.platform === "win32") return new WindowsTree(pid, started.hasExited);
  return canListProcesses() ? new LinuxSession(pid) : new ProcessGroup(pid);
}
