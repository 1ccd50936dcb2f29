import path from "node:path";
import { SqliteStore } from "@ttasks/store-sqlite";
import { TaskExecutor } from "ttasks";
import { ledgerFolder } from "../ledger-folder.ts";

const store = new SqliteStore(path.join(ledgerFolder(), "startup.db"));
await new TaskExecutor({ store }).close();
store.close();
