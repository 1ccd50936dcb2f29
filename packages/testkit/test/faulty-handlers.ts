import { HandlerOutput, type Handler, type HandlerContext } from "@ttasks/core";

/**
 * What the handlers here do, by the payload of their task: `good` is done, `bad` fails, `slow` runs until it is stopped, `loud` passes its
 * output on live. Each handler does one thing wrong.
 */
export async function wholeHandler({ task, signal, output }: HandlerContext): Promise<unknown> {
  // Everything takes a moment, so that calls overlap.
  await new Promise((resolve) => setTimeout(resolve, 1));
  switch (task.payload) {
    case "bad":
      throw new Error("it broke");
    case "slow":
      return untilStopped(signal);
    case "loud":
      output("one ");
      output("two");
      return "one two";
    default:
      return "good";
  }
}

function untilStopped(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}

/** The same call, but for some of its context. Nothing of the context is spread: a signal is made when it is read. */
function withContext(context: HandlerContext, change: Partial<HandlerContext>): HandlerContext {
  const { task, upstream, signal, output } = context;
  return { task, upstream, signal, output, noteProcess: (process) => context.noteProcess(process), ...change };
}

/** Returns what it should throw. */
export const swallowingHandler: Handler = async (context) => {
  try {
    return await wholeHandler(context);
  } catch (error) {
    return String(error);
  }
};

/** Writes its notes into the task. */
export const meddlingHandler: Handler = (context) => {
  context.task.description = "seen";
  return wholeHandler(context);
};

/** Returns what only this process can hold. */
export const unstorableHandler: Handler = async (context) => {
  const output = await wholeHandler(context);
  return output === "good" ? new HandlerOutput({ output: new Map([["good", 1]]) }) : output;
};

/** Goes on whatever it is told. */
export const deafHandler: Handler = (context) =>
  wholeHandler(withContext(context, { signal: new AbortController().signal }));

/** Listens for the stop, and does not look whether it has come already. */
export const lateListeningHandler: Handler = async (context) => {
  if (context.task.payload !== "slow") return wholeHandler(context);
  await new Promise((resolve) => setTimeout(resolve, 20));
  return new Promise((_resolve, reject) => {
    context.signal.addEventListener("abort", () => reject(context.signal.reason as Error));
  });
};

/** Goes on printing when it has returned. */
export const chattyHandler: Handler = async (context) => {
  setTimeout(() => context.output("one thing more"), 20);
  return wholeHandler(context);
};

/** Goes on printing when it was stopped. */
export const stubbornPrinter: Handler = async (context) => {
  try {
    return await wholeHandler(context);
  } catch (error) {
    if (context.signal.aborted) setTimeout(() => context.output("one thing more"), 20);
    throw error;
  }
};

/** Passes on less than it returns. */
export const mumblingHandler: Handler = (context) =>
  wholeHandler(
    withContext(context, {
      output: (chunk) => {
        if (chunk !== "two") context.output(chunk);
      },
    }),
  );

/** Keeps the task of the latest call in one place for all calls. */
export function createForgetfulHandler(): Handler {
  let current: HandlerContext | undefined;
  return async (context) => {
    current = context;
    await new Promise((resolve) => setTimeout(resolve, 5));
    return wholeHandler(withContext(context, { task: current.task }));
  };
}

/** Has one stop for all of its calls. */
export function createSharedStopHandler(): Handler {
  const stops = new AbortController();
  return (context) => {
    context.signal.addEventListener("abort", () => stops.abort(context.signal.reason));
    return wholeHandler(withContext(context, { signal: AbortSignal.any([context.signal, stops.signal]) }));
  };
}

/** Does not work any more once a task has failed. */
export function createBrittleHandler(): Handler {
  let isBroken = false;
  return async (context) => {
    if (isBroken) throw new Error("The connection is closed");
    isBroken = context.task.payload === "bad";
    return wholeHandler(context);
  };
}

/** Starts something, and does not end it when its task is stopped. */
export function createLitteringHandler(started: Set<string>): Handler {
  return async (context) => {
    started.add(`a process of ${context.task.id}`);
    const output = await wholeHandler(context).catch((error: unknown) => {
      if (!context.signal.aborted) started.clear();
      throw error;
    });
    started.clear();
    return output;
  };
}

/** Starts something in each task, and never ends it. */
export function createHoardingHandler(started: Set<string>): Handler {
  return (context) => {
    started.add(`a connection of ${context.task.id}`);
    return wholeHandler(context);
  };
}

/** Cannot be freed. */
export const undisposableHandler: Handler = Object.assign((context: HandlerContext) => wholeHandler(context), {
  [Symbol.asyncDispose]: () => Promise.reject(new Error("There is nothing to free")),
});

/** Cannot be freed a second time. */
export function createOnceDisposableHandler(): Handler {
  let isFree = false;
  const dispose = async (): Promise<void> => {
    if (isFree) throw new Error("The pool was closed before");
    isFree = true;
  };
  return Object.assign((context: HandlerContext) => wholeHandler(context), { [Symbol.asyncDispose]: dispose });
}
