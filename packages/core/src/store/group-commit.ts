import type { Capture } from "./codec.ts";
import type { StoreDriver } from "./store-driver.ts";

interface Waiting {
  readonly capture: Capture;
  readonly resolve: (isDone: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/** Makes one transaction of the puts that come in one turn of the event loop: the disk is waited for once. */
export class GroupCommit {
  readonly #driver: StoreDriver<"sync">;
  readonly #defer: (flush: () => void) => void;
  #waiting: Waiting[] = [];

  constructor(driver: StoreDriver<"sync">, defer: (flush: () => void) => void) {
    this.#driver = driver;
    this.#defer = defer;
  }

  /** Joins the group; resolves after the commit with whether the put was done (and not skipped). */
  add(capture: Capture): Promise<boolean> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.push({ capture, resolve, reject }) === 1) this.#defer(() => this.flush());
    });
  }

  /** Commits the group now. What fails is told to those who wait for it. */
  flush(): void {
    const group = this.#waiting;
    if (group.length === 0) return;
    this.#waiting = [];
    try {
      this.#commit(group);
    } catch (error) {
      // One bad document must fail its own task only.
      if (group.length === 1) fail(group[0] as Waiting, error);
      else for (const one of group) this.#commitAlone(one);
    }
  }

  #commitAlone(one: Waiting): void {
    try {
      this.#commit([one]);
    } catch (error) {
      fail(one, error);
    }
  }

  #commit(group: readonly Waiting[]): void {
    const skipped = new Set(this.#driver.write(group.map(({ capture }) => capture.change)));
    group.forEach(({ capture, resolve }, index) => {
      if (skipped.has(index)) capture.undo();
      resolve(!skipped.has(index));
    });
  }
}

function fail({ capture, reject }: Waiting, error: unknown): void {
  capture.undo();
  reject(error);
}
