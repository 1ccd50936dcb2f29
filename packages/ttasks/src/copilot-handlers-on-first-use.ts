import { TaskExecutionError, type Handler, type HandlerContext, type Task } from "@ttasks/core";

/** The handlers of AI tasks, by type. */
export type CopilotHandlerMap = { readonly [K in "prompt" | "agent"]: Handler<K> };

/** What is called of the package. */
interface CopilotPackage {
  copilotHandlers(): Readonly<Record<keyof CopilotHandlerMap, Handler>>;
}

/** So long a turn that was told to stop may take to leave nothing behind. */
const GRACE_MS = 5_000;
const PACKAGE = "@ttasks/handlers-copilot";
const NOT_FOUND = new RegExp(`["'\`]${PACKAGE}["'\`]`);

/**
 * Handlers of `prompt` and `agent` tasks that load `@ttasks/handlers-copilot` at the first such task and pass it on. Where that
 * package is not installed the task fails with the line that installs it.
 */
export function copilotHandlersOnFirstUse(): CopilotHandlerMap {
  let loaded: ReturnType<CopilotPackage["copilotHandlers"]> | undefined;
  const run = async (context: HandlerContext, type: keyof CopilotHandlerMap): Promise<string> => {
    const copilot = await importCopilot(context.task);
    // Two first tasks at once share one set of handlers.
    loaded ??= copilot.copilotHandlers();
    return (await loaded[type](context)) as string;
  };
  const handlerOf = (type: keyof CopilotHandlerMap): Handler<"prompt"> & Handler<"agent"> =>
    Object.defineProperties((context: HandlerContext) => run(context, type), {
      // Asked for before the package is loaded: that of its handlers.
      graceMs: { value: GRACE_MS },
      [Symbol.asyncDispose]: { value: async () => loaded?.[type][Symbol.asyncDispose]?.() },
    });
  return { prompt: handlerOf("prompt"), agent: handlerOf("agent") };
}

async function importCopilot(task: Task): Promise<CopilotPackage> {
  // Not a literal, so that neither compilers nor bundlers ask for a package that most users do not have.
  const name: string = PACKAGE;
  try {
    return (await import(/* webpackIgnore: true */ /* @vite-ignore */ name)) as CopilotPackage;
  } catch (cause) {
    // An error from within the package does not name it in quotes.
    if (!NOT_FOUND.test(String(cause))) throw cause;
    throw new TaskExecutionError(`Tasks of type "${task.type}" need the Copilot handlers: npm install ${PACKAGE}`, {
      taskId: task.id,
      title: task.title,
      cause,
    });
  }
}
