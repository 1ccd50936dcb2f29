import path from "node:path";
import Database from "better-sqlite3";

const COLUMNS =
  "id graph_id name kind state attempt max_attempts priority created_at updated_at started_at ended_at timeout_ms deps spec meta result " +
  "error exit_code worker";

/** The three writes that a task needs, on a table as wide as a ledger's. */
export interface FloorLedger {
  readonly database: Database.Database;
  readonly insert: (index: number) => void;
  readonly running: (index: number) => void;
  readonly done: (index: number) => void;
}

/** Opens a new ledger: prepared statements on one connection, nothing else. */
export function openFloorLedger(folder: string, name: string, synchronous: string): FloorLedger {
  const database = new Database(path.join(folder, name));
  database.pragma("journal_mode = WAL");
  database.pragma(`synchronous = ${synchronous}`);
  database.exec(
    "create table tasks (id text primary key, graph_id text, name text, kind text, state text, attempt int, max_attempts int, " +
      "priority int, created_at int, updated_at int, started_at int, ended_at int, timeout_ms int, deps text, spec text, meta text, " +
      "result text, error text, exit_code int, worker text) without rowid; create index tasks_state on tasks(graph_id, state);",
  );
  const columns = COLUMNS.split(" ");
  const insert = database.prepare(
    `insert into tasks (${columns.join(",")}) values (${columns.map(() => "?").join(",")})`,
  );
  const update = database.prepare(
    "update tasks set state=?, attempt=?, updated_at=?, started_at=?, ended_at=?, result=?, error=?, exit_code=?, worker=? where id=?",
  );
  const spec = JSON.stringify({ run: "echo hello", cwd: ".", env: { A: "1" } });
  return {
    database,
    insert: (i) =>
      void insert.run(
        ...[`task-${i}`, "g1", `task ${i}`, "shell", "PENDING", 0, 3, 0, Date.now(), Date.now(), null, null, 60000],
        ...['["task-0"]', spec, "{}", null, null, null, null],
      ),
    running: (i) => void update.run("RUNNING", 1, Date.now(), Date.now(), null, null, null, null, "w1", `task-${i}`),
    done: (i) => {
      const result = JSON.stringify({ stdout: `hello ${i}`, code: 0, ms: 12 });
      update.run("DONE", 1, Date.now(), 1, Date.now(), result, null, 0, "w1", `task-${i}`);
    },
  };
}
