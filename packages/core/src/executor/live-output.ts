import type { EventBus } from "../events/event-bus.ts";
import type { OutputChunk, OutputStream } from "../events/output-chunk.ts";
import type { Task } from "../task/task.ts";

/** Passes on what a task prints while it runs; decodes bytes only while somebody listens. */
export class LiveOutput {
  readonly #task: Task;
  readonly #bus: EventBus<OutputChunk>;
  readonly #decoders: { [S in OutputStream]?: TextDecoder } = {};
  #isClosed = false;

  constructor(task: Task, bus: EventBus<OutputChunk>) {
    this.#task = task;
    this.#bus = bus;
  }

  write(chunk: string | Uint8Array, stream: OutputStream): void {
    if (this.#isClosed || !this.#bus.isActive) return;
    if (typeof chunk !== "string") {
      const decoder = (this.#decoders[stream] ??= new TextDecoder("utf-8", { ignoreBOM: true }));
      chunk = decoder.decode(chunk, { stream: true });
    }
    this.#emit(chunk, stream);
  }

  /** Passes on what is left of a character that never was completed; nothing comes after it. */
  close(): void {
    this.#isClosed = true;
    for (const stream in this.#decoders) {
      const rest = this.#decoders[stream as OutputStream]?.decode();
      this.#emit(rest, stream as OutputStream);
    }
  }

  #emit(chunk: string | undefined, stream: OutputStream): void {
    if (chunk) this.#bus.emit({ task: this.#task, stream, chunk });
  }
}
