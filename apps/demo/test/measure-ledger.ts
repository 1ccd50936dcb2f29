/**
 * Runs a task that prints 100 MB and fails, with a ledger in a file, and prints how the task ended and how long at most the event loop
 * was blocked: `measure-ledger.ts <ledger>`.
 */
import { Task, TaskExecutor } from "ttasks";
import { SqliteStore } from "@ttasks/store-sqlite";

const store = new SqliteStore(process.argv[2] ?? ":memory:");
const executor = new TaskExecutor({ store });
await executor.execute(Task.bash("true")); // What is loaded on first use is not what is measured.

let blockedMs = 0;
let last = performance.now();
const beat = setInterval(() => {
  const now = performance.now();
  blockedMs = Math.max(blockedMs, now - last);
  last = now;
}, 1);

const task = Task.bash("head -c 100000000 /dev/zero; exit 1");
await executor.execute(task).catch(() => undefined);
await new Promise((resolve) => setTimeout(resolve, 20));
clearInterval(beat);

const stored = store.tasks.get(task.id)?.result;
const isSame = stored?.output !== undefined && stored.output === task.result?.output;
console.log(
  JSON.stringify({ status: task.status, exitCode: stored?.exitCode, truncated: stored?.truncated, isSame, blockedMs }),
);
store.close();
