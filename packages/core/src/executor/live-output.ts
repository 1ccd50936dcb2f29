import type { EventBus } from "../events/event-bus.ts";
import type { OutputChunk, OutputStream } from "../events/output-chunk.ts";
import type { Task } from "../task/task.ts";

/** Passes on what a task prints while it runs; decodes bytes only while somebody listens. */
export class LiveOutput {
  readonly #task: Task;
  readonly #bus: EventBus<OutputChunk>;
  #decoders: Map<OutputStream, TextDecoder> | undefined;
  #isClosed = false;

  constructor(task: Task, bus: EventBus<OutputChunk>) {
    this.#task = task;
    this.#bus = bus;
  }

  write(chunk: string | Uint8Array, stream: OutputStream): void {
    if (this.#isClosed || !this.#bus.isActive) return;
    this.#emit(typeof chunk === "string" ? chunk : this.#decoder(stream).decode(chunk, { stream: true }), stream);
  }

  /** Passes on what is left of a character that never was completed; nothing comes after it. */
  close(): void {
    this.#isClosed = true;
    for (const [stream, decoder] of this.#decoders ?? []) this.#emit(decoder.decode(), stream);
  }

  #emit(chunk: string, stream: OutputStream): void {
    if (chunk !== "") this.#bus.emit({ task: this.#task, stream, chunk });
  }

  #decoder(stream: OutputStream): TextDecoder {
    this.#decoders ??= new Map();
    let decoder = this.#decoders.get(stream);
    if (!decoder) {
      decoder = new TextDecoder("utf-8", { ignoreBOM: true });
      this.#decoders.set(stream, decoder);
    }
    return decoder;
  }
}
