/**
 * What the suites need of a test runner: vitest's own functions fit, and so do those of Jest. With `node:test`, take its `describe` and
 * `it`, and the `expect` of this package.
 */
export interface TestApi {
  /** Groups tests. */
  readonly describe: (title: string, body: () => void) => unknown;
  /** Defines a test. */
  readonly it: (title: string, body: () => Promise<void>) => unknown;
  /** Compares two values deeply; properties that are `undefined` count as absent. */
  readonly expect: (actual: unknown) => { toEqual(expected: unknown): unknown };
}

/** Compares, and tells the author of the implementation what to fix when the two differ. */
export type Check = (actual: unknown, expected: unknown, advice: string) => void;

/** A {@link Check} on the runner's `expect`: the advice goes before the runner's own message. */
export function checkWith(expect: TestApi["expect"]): Check {
  return (actual, expected, advice) => {
    try {
      expect(actual).toEqual(expected);
    } catch (error) {
      // The runner's error is kept: it carries the values for the runner's own display.
      if (error instanceof Error) putBefore(error, advice);
      throw error;
    }
  };
}

function putBefore(error: Error, advice: string): void {
  const { message, stack } = error;
  error.message = `${advice}\n${message}`;
  // Some runners, like that of Node, show the stack, which has the message as it was.
  if (stack?.includes(message) === true) error.stack = stack.replace(message, () => error.message);
}

/** What a call throws or rejects with; `undefined` when it succeeds. */
export async function thrownBy(call: () => unknown): Promise<unknown> {
  try {
    await call();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** The `code` of an error of ttasks, the name of another error; `"nothing"` when there was none. */
export function errorKind(error: unknown): string {
  if (error === undefined) return "nothing";
  const { code, name } = Object(error) as { code?: unknown; name?: unknown };
  return typeof code === "string" ? code : String(name);
}
