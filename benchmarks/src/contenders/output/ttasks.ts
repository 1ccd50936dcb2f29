import path from "node:path";
import { ledgerFolder } from "../ledger-folder.ts";
import { measureOutput } from "../measure-output.ts";
import { loadCore, loadHandlersShell, loadStoreSqlite } from "../ttasks-packages.ts";

/** `ledger`: the task is kept in a ledger, and what it prints; `unlogged`: only the task; `subscriber`: somebody counts the live output. */
const how = process.argv[3];
const isKept = how === "ledger" || how === "unlogged";
const { Task, TaskExecutor } = await loadCore();
const { shellHandlers } = await loadHandlersShell();
const store = isKept ? new (await loadStoreSqlite()).SqliteStore(path.join(ledgerFolder(), "output.db")) : undefined;
const maxLogBytes = how === "unlogged" ? 0 : undefined;
const executor = new TaskExecutor({ handlers: shellHandlers(), store, maxLogBytes });
let characters = 0;
if (how === "subscriber") executor.output.subscribe(({ chunk }) => (characters += chunk.length));

await measureOutput(async (command) => {
  const task = Task.bash(command);
  // It fails where the command is to fail.
  await executor.execute(task).catch(() => undefined);
  if (task.result?.truncated !== true) throw new Error("The output was not what it is to be");
});
if (how === "subscriber" && characters < 26_000_000) throw new Error(`Heard ${characters} characters`);
store?.close();
