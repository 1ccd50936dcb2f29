import { measureShell } from "../measure-shell.ts";
import { loadCore, loadHandlersShell } from "../ttasks-packages.ts";

const { Task, TaskExecutor } = await loadCore();
const { shellHandlers } = await loadHandlersShell();
const executor = new TaskExecutor({ handlers: shellHandlers() });

await measureShell(async () => String((await executor.execute(Task.bash("echo hello"))).output));
