export type { SqliteDatabase, SqliteStatement } from "./sqlite-database.ts";
export type { Durability, SqliteOptions } from "./sqlite-options.ts";
export { SqliteStore } from "./sqlite-store.ts";
