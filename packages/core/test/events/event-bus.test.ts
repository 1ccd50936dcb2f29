import { describe, expect, it } from "vitest";
import { EventBus, type Subscriber } from "@ttasks/core";

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("subscribing", () => {
  it("every subscriber gets every event, in the order in which they subscribed", () => {
    const bus = new EventBus<number>();
    const seen: string[] = [];
    bus.subscribe((event) => seen.push(`a${event}`));
    bus.subscribe((event) => seen.push(`b${event}`));
    bus.emit(1);
    bus.emit(2);
    expect(seen).toEqual(["a1", "b1", "a2", "b2"]);
  });

  it("unsubscribing twice does nothing more, and leaves others alone", () => {
    const bus = new EventBus<number>();
    const seen: string[] = [];
    const subscriber = (event: number) => seen.push(`a${event}`);
    const first = bus.subscribe(subscriber);
    bus.subscribe(subscriber);
    bus.subscribe((event) => seen.push(`b${event}`));
    bus.emit(1);
    first();
    first();
    bus.emit(2);
    expect(seen).toEqual(["a1", "a1", "b1", "a2", "b2"]);
  });

  it("subscribed ends with its disposal, as `using` does", () => {
    const bus = new EventBus<number>();
    const seen: number[] = [];
    const subscription = bus.subscribed((event) => seen.push(event));
    bus.emit(1);
    subscription[Symbol.dispose]();
    subscription[Symbol.dispose]();
    bus.emit(2);
    expect(seen).toEqual([1]);
    expect(bus.isActive).toBe(false);
  });

  it("isActive tells whether anybody listens", () => {
    const bus = new EventBus<number>();
    expect(bus.isActive).toBe(false);
    const unsubscribe = bus.subscribe(() => undefined);
    expect(bus.isActive).toBe(true);
    unsubscribe();
    expect(bus.isActive).toBe(false);
  });

  it("a subscriber that is added in an event gets the next one", () => {
    const bus = new EventBus<number>();
    const seen: number[] = [];
    const unsubscribe = bus.subscribe(() => {
      unsubscribe();
      bus.subscribe((event) => seen.push(event));
    });
    bus.emit(1);
    bus.emit(2);
    expect(seen).toEqual([2]);
  });

  it("a subscriber that is removed in an event by one before it does not get that event", () => {
    const bus = new EventBus<number>();
    const seen: number[] = [];
    bus.subscribe(() => unsubscribe());
    const unsubscribe = bus.subscribe((event) => seen.push(event));
    bus.emit(1);
    expect(seen).toEqual([]);
  });

  it("an event that a subscriber emits in an event reaches all", () => {
    const bus = new EventBus<number>();
    const seen: number[] = [];
    bus.subscribe((event) => {
      if (event < 3) bus.emit(event + 1);
    });
    bus.subscribe((event) => seen.push(event));
    bus.emit(1);
    expect(seen).toEqual([3, 2, 1]);
  });

  it.each([undefined, null, {}, "text"])("subscribing %o throws a TypeError and adds nobody", (subscriber) => {
    const bus = new EventBus<number>();
    expect(() => bus.subscribe(subscriber as Subscriber<number>)).toThrow(
      "Expected `subscriber` to be a function, got",
    );
    expect(() => bus.subscribed(subscriber as Subscriber<number>)).toThrow(TypeError);
    expect(bus.isActive).toBe(false);
  });
});

describe("a subscriber that throws", () => {
  it("goes to errors, and the others still get the event", () => {
    const bus = new EventBus<number>();
    const seen: number[] = [];
    const error = new Error("subscriber");
    bus.subscribe(() => {
      throw error;
    });
    bus.subscribe((event) => seen.push(event));
    bus.emit(1);
    expect(seen).toEqual([1]);
    expect(bus.errors).toEqual([error]);
    expect(bus.errors[0]).toBe(error);
  });

  it("and so does the rejection of a subscriber's promise", async () => {
    const bus = new EventBus<number>();
    const seen: number[] = [];
    bus.subscribe(async () => {
      await turn();
      throw new Error("later");
    });
    bus.subscribe((event) => seen.push(event));
    bus.emit(1);
    expect(seen).toEqual([1]);
    await turn();
    await turn();
    expect(bus.errors.map(({ message }) => message)).toEqual(["later"]);
  });

  it.each<[string, unknown, string]>([
    ["a string", "text", "text"],
    ["undefined", undefined, "undefined"],
    ["a symbol", Symbol("s"), "Symbol(s)"],
  ])("what it throws becomes an error when it is %s", (_what, thrown, message) => {
    const bus = new EventBus<number>();
    bus.subscribe(() => {
      throw thrown;
    });
    bus.emit(1);
    expect(bus.errors[0]).toBeInstanceOf(Error);
    expect(bus.errors[0]).toMatchObject({ message, cause: thrown });
  });

  const unprintable: [string, () => unknown][] = [
    ["has no prototype", () => Object.create(null)],
    [
      "throws when it is printed",
      () => ({
        toString() {
          throw new Error("no text");
        },
      }),
    ],
    [
      "is a revoked Proxy",
      () => {
        const { proxy, revoke } = Proxy.revocable({}, {});
        revoke();
        return proxy;
      },
    ],
  ];

  it.each(unprintable)("a thrown object that %s disturbs nobody either", (_what, make) => {
    const bus = new EventBus<number>();
    const seen: number[] = [];
    bus.subscribe(() => {
      throw make();
    });
    bus.subscribe((event) => seen.push(event));
    bus.emit(1);
    expect([seen, bus.errorCount]).toEqual([[1], 1]);
  });

  it.each(unprintable)("a rejection with an object that %s is counted and not left unhandled", async (_what, make) => {
    const bus = new EventBus<number>();
    bus.subscribe(() => Promise.reject(make()));
    bus.emit(1);
    await turn();
    expect(bus.errorCount).toBe(1);
  });

  it("a thenable that throws, or calls back twice, is recorded once at most", async () => {
    const bus = new EventBus<number>();
    bus.subscribe(() => ({
      then() {
        throw new Error("then");
      },
    }));
    bus.subscribe(() => ({
      then(_resolve: unknown, reject: (error: unknown) => void) {
        reject(new Error("first"));
        reject(new Error("second"));
      },
    }));
    bus.subscribe(() => ({
      get then(): unknown {
        throw new Error("getter");
      },
    }));
    bus.emit(1);
    await turn();
    expect(bus.errors.map(({ message }) => message).sort()).toEqual(["first", "getter", "then"]);
  });

  it("the newest 1,000 errors are kept and all are counted", () => {
    const bus = new EventBus<number>();
    bus.subscribe((event) => {
      throw new Error(String(event));
    });
    for (let event = 1; event <= 1_500; event++) bus.emit(event);
    expect(bus.errorCount).toBe(1_500);
    expect(bus.errors).toHaveLength(1_000);
    expect([bus.errors[0]?.message, bus.errors.at(-1)?.message]).toEqual(["501", "1500"]);
  });
});
