import type { OutputStream } from "../internal/output-stream.ts";
import type { Task } from "../task/task.ts";

export type { OutputStream };

/** A piece of output of a running task, as it comes. */
export interface OutputChunk {
  /** The live task. */
  readonly task: Task;
  readonly stream: OutputStream;
  /** Text; bytes were decoded as UTF-8, with characters that are split between two pieces kept whole. */
  readonly chunk: string;
}
