import type { Task } from "../task/task.ts";

/** Which of a task's two streams a piece of output belongs to. */
export type OutputStream = "stdout" | "stderr";

/** A piece of output of a running task, as it comes. */
export interface OutputChunk {
  /** The live task. */
  readonly task: Task;
  readonly stream: OutputStream;
  /** Text; bytes were decoded as UTF-8, with characters that are split between two pieces kept whole. */
  readonly chunk: string;
}
