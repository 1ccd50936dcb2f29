import { checkFunction, checkText } from "../internal/check-option.ts";
import type { Handler } from "./handler.ts";

/** Which handler runs which type of task. */
export class HandlerRegistry {
  readonly #handlers = new Map<string, Handler>();
  // Replaced ones too: what a handler holds must be freed all the same.
  readonly #disposable = new Set<Handler>();

  /**
   * Makes each handler the one for its type; checks them all before it takes the first.
   *
   * @throws {TypeError} when a type is not a non-empty string or a handler is not a function
   */
  add(handlers: readonly (readonly [type: string, handler: Handler])[]): void {
    for (const [type, handler] of handlers) {
      checkText("type", type);
      checkFunction(`handler of ${type}`, handler);
    }
    for (const [type, handler] of handlers) {
      this.#handlers.set(type, handler);
      if (handler[Symbol.asyncDispose]) this.#disposable.add(handler);
    }
  }

  get(type: string): Handler | undefined {
    return this.#handlers.get(type);
  }

  /** Disposes of every handler once, also when one of them throws; then throws the first error. */
  async dispose(): Promise<void> {
    const handlers = [...this.#disposable];
    this.#disposable.clear();
    const disposals = handlers.map(async (handler) => handler[Symbol.asyncDispose]?.());
    await Promise.allSettled(disposals);
    await Promise.all(disposals);
  }
}
