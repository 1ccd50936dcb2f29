import type { EventBus } from "../events/event-bus.ts";
import type { OutputChunk, OutputStream } from "../events/output-chunk.ts";
import type { LogSink, LogWriter } from "../store/log.ts";
import type { Task } from "../task/task.ts";

/** Passes on what a task prints while it runs, to who listens and to who keeps it; decodes bytes only while somebody listens. */
export class LiveOutput {
  readonly #task: Task;
  readonly #bus: EventBus<OutputChunk>;
  readonly #log: LogSink | undefined;
  readonly #decoders: { [S in OutputStream]?: TextDecoder } = {};
  #isClosed = false;

  /** @param logs - absent where nothing is kept */
  constructor(task: Task, attempt: number, bus: EventBus<OutputChunk>, logs: LogWriter | undefined) {
    this.#task = task;
    this.#bus = bus;
    this.#log = logs?.open(task, attempt);
  }

  write(chunk: string | Uint8Array, stream: OutputStream): void {
    if (this.#isClosed) return;
    this.#log?.add(chunk, stream);
    if (!this.#bus.isActive) return;
    if (typeof chunk !== "string") {
      const decoder = (this.#decoders[stream] ??= new TextDecoder("utf-8", { ignoreBOM: true }));
      chunk = decoder.decode(chunk, { stream: true });
    }
    this.#emit(chunk, stream);
  }

  /** Passes on what is left of a character that never was completed; nothing comes after it. */
  close(): void {
    this.#isClosed = true;
    this.#log?.close();
    for (const stream in this.#decoders) {
      const rest = this.#decoders[stream as OutputStream]?.decode();
      this.#emit(rest, stream as OutputStream);
    }
  }

  #emit(chunk: string | undefined, stream: OutputStream): void {
    if (chunk) this.#bus.emit({ task: this.#task, stream, chunk });
  }
}
