import type { OutputStream } from "../events/output-chunk.ts";
import type { HandlerContext } from "../handler/handler.ts";
import { tasksById } from "../task/check-task.ts";
import { checkProcess, type AttemptProcess } from "../task/task-attempt.ts";
import type { Task } from "../task/task.ts";

/** What a context gets from the run of its task. */
export interface ContextSource {
  readonly task: Task;
  readonly upstream: readonly Task[];
  readonly signal: AbortSignal;
  write(chunk: string | Uint8Array, stream: OutputStream): void;
  noteProcess(process: AttemptProcess): void;
}

/** What a handler is given. Most handlers look at little of it, so that all of it is made when it is first read. */
export class ExecutionContext implements HandlerContext {
  #source: ContextSource;
  #upstream: ReadonlyMap<string, Task> | undefined;
  #output: HandlerContext["output"] | undefined;

  constructor(source: ContextSource) {
    this.#source = source;
  }

  /** The attempt is over, and another one goes on: what its handler still does is not taken for that one's. */
  detach({ task, upstream, signal }: ContextSource): void {
    this.#source = { task, upstream, signal, write: () => undefined, noteProcess: () => undefined };
  }

  get task(): Task {
    return this.#source.task;
  }

  get upstream(): ReadonlyMap<string, Task> {
    return (this.#upstream ??= tasksById("upstream", this.#source.upstream));
  }

  get signal(): AbortSignal {
    return this.#source.signal;
  }

  get output(): HandlerContext["output"] {
    return (this.#output ??= (chunk, stream = "stdout") => this.#source.write(chunk, stream));
  }

  get noteProcess(): HandlerContext["noteProcess"] {
    return (process) => this.#source.noteProcess(checkProcess("process", process));
  }
}
