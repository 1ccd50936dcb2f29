import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import { serverUrl } from "../../servers.ts";
import { measureLedger, type LedgerTimes, type LedgerWork } from "../measure-ledger.ts";

const BATCH = 1000;

const connection = new Redis(serverUrl("redis"), { maxRetriesPerRequest: null });
const { host = "127.0.0.1", port = 6379, username, password, db = 0 } = connection.options;
const options = { host, port, db, ...(username && { username }), ...(password && { password }) };

await measureLedger(async (work, repeat) => {
  // As durable as the ledger: each write is on the disk before it is answered, or within a second.
  const appendfsync = work.synchronous === "full" ? "always" : "everysec";
  const restore = await configure({ appendonly: "yes", appendfsync });
  try {
    return await run(work, `ttasks-bench-${process.pid}-${repeat}`);
  } finally {
    await restore();
  }
});
connection.disconnect();

async function run({ inFlight, tasks, handler }: LedgerWork, name: string): Promise<LedgerTimes> {
  const queue = new Queue(name, { connection: options });
  await queue.waitUntilReady();
  const worker = new Worker(name, handler, { connection: options, concurrency: inFlight, autorun: false });
  await worker.waitUntilReady();
  const start = performance.now();
  for (let added = 0; added < tasks; added += BATCH) {
    const jobs = Array.from({ length: Math.min(BATCH, tasks - added) }, () => ({ name: "work", data: {} }));
    await queue.addBulk(jobs);
  }
  const stored = performance.now();
  await new Promise<void>((resolve, reject) => {
    let left = tasks;
    worker.on("completed", () => {
      if (--left === 0) resolve();
    });
    worker.run().catch(reject);
  });
  const end = performance.now();
  await worker.close();
  await queue.obliterate({ force: true });
  await queue.close();
  return { start, stored, end };
}

/** Sets the server, and returns what sets it back. */
async function configure(wanted: Readonly<Record<string, string>>): Promise<() => Promise<void>> {
  const before: [string, string][] = [];
  for (const [name, value] of Object.entries(wanted)) {
    const [, old = ""] = (await connection.config("GET", name)) as string[];
    before.push([name, old]);
    if (old !== value) await connection.config("SET", name, value);
  }
  return async () => {
    for (const [name, old] of before) await connection.config("SET", name, old);
  };
}
