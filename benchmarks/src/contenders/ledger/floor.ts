import { openFloorLedger } from "../floor-ledger.ts";
import { ledgerFolder } from "../ledger-folder.ts";
import { measureLedger } from "../measure-ledger.ts";

/** `single`: each write is a commit. `group`: the writes of a turn of the event loop are one, and who writes goes on after it. */
const how = process.argv[7] ?? "single";
const folder = ledgerFolder();

type Save = (write: (index: number) => void, index: number) => void | Promise<void>;

await measureLedger(async ({ synchronous, inFlight, tasks, handler }, repeat) => {
  const ledger = openFloorLedger(folder, `floor-${repeat}.db`, synchronous);
  const start = performance.now();
  ledger.database.transaction(() => {
    for (let i = 0; i < tasks; i++) ledger.insert(i);
  })();
  const save: Save = how === "single" ? (write, index) => write(index) : groupingSave(ledger.database);
  let next = 0;
  const stored = performance.now();
  const lane = async (): Promise<void> => {
    while (next < tasks) {
      const i = next++;
      await save(ledger.running, i);
      await handler();
      await save(ledger.done, i);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  const end = performance.now();
  ledger.database.close();
  return { start, stored, end };
});

function groupingSave(database: ReturnType<typeof openFloorLedger>["database"]): Save {
  const begin = database.prepare("begin immediate");
  const commit = database.prepare("commit");
  let waiting: { write: (index: number) => void; index: number; resolve: () => void }[] = [];
  const flush = (): void => {
    const group = waiting;
    waiting = [];
    begin.run();
    for (const { write, index } of group) write(index);
    commit.run();
    for (const { resolve } of group) resolve();
  };
  return (write, index) =>
    new Promise((resolve) => {
      if (waiting.push({ write, index, resolve }) === 1) setImmediate(flush);
    });
}
