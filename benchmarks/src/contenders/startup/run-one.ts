import { Task, TaskExecutor } from "ttasks";

/** Runs one task: of the shell, or of a handler of its own. */
const isShell = process.argv[2] === "shell";
const executor = new TaskExecutor({ handlers: { own: async () => "hello\n" } });
const task = isShell ? Task.bash("echo hello") : new Task({ type: "own", payload: null });
const { output } = await executor.execute(task);
if (output !== "hello\n") throw new Error(`Expected hello, got ${String(output)}`);
await executor.close();
