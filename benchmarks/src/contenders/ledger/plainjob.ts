import path from "node:path";
import Database from "better-sqlite3";
import { better, defineQueue, defineWorker } from "plainjob";
import { ledgerFolder } from "../ledger-folder.ts";
import { measureLedger } from "../measure-ledger.ts";

const folder = ledgerFolder();
const silent = { error: console.error, warn: () => undefined, info: () => undefined, debug: () => undefined };

await measureLedger(async ({ synchronous, tasks, handler }, repeat) => {
  const database = new Database(path.join(folder, `plainjob-${repeat}.db`));
  const queue = defineQueue({ connection: better(database), logger: silent });
  // It sets NORMAL itself.
  database.pragma(`synchronous = ${synchronous}`);
  const start = performance.now();
  queue.addMany("work", new Array(tasks).fill({}));
  const stored = performance.now();
  await new Promise<void>((resolve) => {
    let left = tasks;
    const onCompleted = (): void => {
      if (--left === 0) void worker.stop().then(resolve);
    };
    const worker = defineWorker("work", handler, { queue, onCompleted, logger: silent });
    void worker.start();
  });
  const end = performance.now();
  queue.close();
  return { start, stored, end };
});
