/** Marks an SQLite file as a ledger of ttasks (`PRAGMA application_id`): "ttsk" in ASCII. It never changes. */
export const APPLICATION_ID = 0x7474736b;

/**
 * The columns that every table of documents has, after its keys. `seq` is the order of the first save; AUTOINCREMENT keeps the number
 * of a deleted row from being used again while someone walks over the rows. `texts` holds the longest strings of the document
 * unescaped, `text_spans` says where they belong (see `long-texts.ts`).
 */
const DOCUMENT_COLUMNS = `
  revision INTEGER NOT NULL,
  type TEXT,
  status TEXT,
  document TEXT NOT NULL,
  texts TEXT,
  text_spans TEXT`;

/**
 * Version 1. Tasks and graphs have a table each, all other kinds of documents share one. The tasks of a graph are rows, so that a
 * graph of a million tasks is not one giant string; nothing refers to a task, because a task may be deleted at any time.
 */
export const SCHEMA_1 = `
CREATE TABLE tasks (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,${DOCUMENT_COLUMNS}
) STRICT;
CREATE INDEX tasks_status ON tasks (status);
CREATE INDEX tasks_type ON tasks (type);

CREATE TABLE graphs (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,${DOCUMENT_COLUMNS}
) STRICT;

CREATE TABLE graph_tasks (
  graph INTEGER NOT NULL REFERENCES graphs (seq) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  task_id TEXT,
  entry TEXT NOT NULL,
  PRIMARY KEY (graph, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE documents (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  id TEXT NOT NULL,${DOCUMENT_COLUMNS},
  UNIQUE (kind, id)
) STRICT;
CREATE INDEX documents_seq ON documents (kind, seq);
CREATE INDEX documents_status ON documents (kind, status);
CREATE INDEX documents_type ON documents (kind, type);
`;

const TABLES = ["tasks", "graphs", "documents"];

/** Version 2: the time at which what a document describes was made can be asked for. */
export const SCHEMA_2: string = TABLES.map(
  (table) => `
ALTER TABLE ${table} ADD COLUMN created_at REAL;
UPDATE ${table} SET created_at = json_extract(document, '$.createdAt')
  WHERE json_type(document, '$.createdAt') IN ('integer', 'real');
CREATE INDEX ${table}_created_at ON ${table} (${table === "documents" ? "kind, " : ""}created_at);
`,
).join("");

/**
 * Version 3: what tasks print, a row for each piece. They go with their task. The text is UTF-8 in a BLOB (`CAST(bytes AS TEXT)` shows it),
 * as a program may print anything. A table with row numbers, because a row of some thousand bytes would leave most of its last page
 * empty in one without.
 */
export const SCHEMA_3 = `
CREATE TABLE logs (
  task INTEGER NOT NULL REFERENCES tasks (seq) ON DELETE CASCADE,
  attempt INTEGER NOT NULL,
  number INTEGER NOT NULL,
  stream TEXT NOT NULL,
  at REAL NOT NULL,
  start INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (task, attempt, number)
) STRICT;
`;
