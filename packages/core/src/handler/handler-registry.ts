import { checkText, expected } from "../internal/check-option.ts";
import type { Handler, HandlerMap } from "./handler.ts";

/** Which handler runs which type of task. */
export class HandlerRegistry {
  readonly #handlers = new Map<string, Handler>();
  // Replaced ones too: what a handler holds must be freed all the same.
  readonly #disposable = new Set<Handler>();

  /**
   * Makes a handler the one for a type.
   *
   * @throws {TypeError} when the type is not a non-empty string or the handler is not a function
   */
  register(type: string, handler: Handler): void {
    checkText("type", type);
    if (typeof handler !== "function") throw expected(`handler of ${type}`, "a function", handler);
    this.#handlers.set(type, handler);
    if (handler[Symbol.asyncDispose]) this.#disposable.add(handler);
  }

  /** Registers every handler of the map; checks them all before it takes the first. */
  use(handlers: HandlerMap): void {
    if (typeof handlers !== "object" || handlers === null)
      throw expected("handlers", "an object from type to handler", handlers);
    const entries = Object.entries(handlers).filter((entry): entry is [string, Handler] => entry[1] !== undefined);
    const checked = new HandlerRegistry();
    for (const [type, handler] of entries) checked.register(type, handler);
    for (const [type, handler] of entries) this.register(type, handler);
  }

  get(type: string): Handler | undefined {
    return this.#handlers.get(type);
  }

  /** Disposes of every handler once, also when one of them throws; then throws the first error. */
  async dispose(): Promise<void> {
    const handlers = [...this.#disposable];
    this.#disposable.clear();
    const endings = await Promise.allSettled(handlers.map(async (handler) => handler[Symbol.asyncDispose]?.()));
    for (const ending of endings) if (ending.status === "rejected") throw ending.reason;
  }
}
