import { Logger, makeWorkerUtils, runOnce } from "graphile-worker";
import pg from "pg";
import { serverUrl } from "../../servers.ts";
import { measureLedger } from "../measure-ledger.ts";

const logger = new Logger(() => () => undefined);

await measureLedger(async ({ synchronous, inFlight, tasks, handler }, repeat) => {
  const schema = `ttasks_bench_${process.pid}_${repeat}`;
  const commit = synchronous === "full" ? "on" : "off";
  const pgPool = new pg.Pool({
    connectionString: serverUrl("postgres"),
    options: `-c synchronous_commit=${commit}`,
    max: inFlight + 4,
  });
  const utils = await makeWorkerUtils({ pgPool, schema, logger });
  await utils.migrate();
  const start = performance.now();
  await pgPool.query(
    `select ${schema}.add_jobs(array(
      select row('work', '{}', null, null, null, null, null, null)::${schema}.job_spec from generate_series(1, $1::int)
    ))`,
    [tasks],
  );
  const stored = performance.now();
  await runOnce({ pgPool, schema, logger, concurrency: inFlight, noHandleSignals: true, taskList: { work: handler } });
  const end = performance.now();
  const { rows } = await pgPool.query<{ left: string }>(`select count(*) as left from ${schema}.jobs`);
  await pgPool.query(`drop schema ${schema} cascade`);
  await utils.release();
  await pgPool.end();
  if (rows[0]?.left !== "0") throw new Error("Some jobs have not run");
  return { start, stored, end };
});
