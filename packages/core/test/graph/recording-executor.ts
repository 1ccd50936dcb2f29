import { Task, TaskExecutor, type ExecutorOptions, type HandlerContext } from "@ttasks/core";

/** An executor whose tasks do what their title says: `fail …` fails, `cancel …` cancels itself. It logs who ran, in order. */
export function recordingExecutor(options: ExecutorOptions = {}): {
  executor: TaskExecutor;
  ran: string[];
  contexts: Map<string, HandlerContext>;
} {
  const ran: string[] = [];
  const contexts = new Map<string, HandlerContext>();
  const executor: TaskExecutor = new TaskExecutor({
    ...options,
    handlers: {
      any: async (context) => {
        const { title } = context.task;
        ran.push(title);
        contexts.set(title, context);
        await Promise.resolve();
        if (title.startsWith("fail")) throw new Error(`${title} broke`);
        if (title.startsWith("cancel")) context.task.cancel();
        return `${title} ran`;
      },
    },
  });
  return { executor, ran, contexts };
}

/** A task with this title. */
export function named(title: string): Task {
  return new Task({ type: "any", payload: 1, title });
}
