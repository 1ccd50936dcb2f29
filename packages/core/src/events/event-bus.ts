import { checkFunction } from "../internal/check-option.ts";
import { BoundedList } from "../internal/bounded-list.ts";
import { attempt } from "../internal/attempt.ts";
import { toError } from "../internal/to-error.ts";
import "../internal/disposable.ts";

/** What an {@link EventBus} calls; a promise that it returns is watched for rejection, not awaited. */
export type Subscriber<E> = (event: E) => unknown;

interface Subscription<E> {
  readonly subscriber: Subscriber<E>;
  readonly active: boolean;
}

/** Puts what another function of the user's threw among the errors of the subscribers. */
export let noteError: <E>(bus: EventBus<E>, error: unknown) => void;

/**
 * Tells subscribers what happens. A subscriber that throws disturbs neither the others nor the work that it observes.
 *
 * @example
 * ```ts
 * import { TaskExecutor } from "@ttasks/core";
 *
 * const executor = TaskExecutor.empty();
 * const unsubscribe = executor.events.subscribe((event) => console.log(event.type, event.task.title));
 * unsubscribe();
 * ```
 */
export class EventBus<E> {
  // Replaced, never changed: an emission goes to those who were there when it began.
  #subscriptions: readonly Subscription<E>[] = [];
  readonly #errors = new BoundedList<Error>();
  readonly #onError = (error: unknown): void => this.#errors.add(toError(error));

  /** Whether anybody listens; who emits can save the work if not. */
  get isActive(): boolean {
    return this.#subscriptions.length > 0;
  }

  /** What subscribers, and a `retryIf` or `jitter`, threw: the newest 1,000, oldest first. */
  get errors(): readonly Error[] {
    return this.#errors.items;
  }

  /** How often a subscriber threw. */
  get errorCount(): number {
    return this.#errors.count;
  }

  /**
   * Calls the subscriber at each event from now on.
   *
   * @returns a function that ends it; calling it again does nothing
   * @throws {TypeError} when the subscriber is not a function
   */
  subscribe(subscriber: Subscriber<E>): () => void {
    checkFunction("subscriber", subscriber);
    const subscription = { subscriber, active: true };
    this.#subscriptions = [...this.#subscriptions, subscription];
    return () => {
      subscription.active = false;
      this.#subscriptions = this.#subscriptions.filter(({ active }) => active);
    };
  }

  /** As {@link EventBus.subscribe}, ended by `using` or by its `[Symbol.dispose]()`. */
  subscribed(subscriber: Subscriber<E>): Disposable {
    return { [Symbol.dispose]: this.subscribe(subscriber) };
  }

  /** Calls every subscriber with the event, in the order in which they subscribed. */
  emit(event: E): void {
    for (const { subscriber, active } of this.#subscriptions) {
      if (active) attempt(subscriber, event, this.#onError);
    }
  }

  static {
    noteError = (bus, error) => bus.#onError(error);
  }
}
