import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { SqliteStore } from "@ttasks/store-sqlite";
import { UserError } from "./user-error.ts";

/** Where tools keep what a repository does not want to see. */
const DEFAULT_FOLDER = "node_modules/.cache/ttasks";
const DEFAULT_FILE = "preflight.db";

/**
 * Opens the ledger, by default that of the repository.
 *
 * @throws {UserError} when the repository cannot be written
 * @throws {StoreError} when the file cannot be opened as a ledger
 */
export async function openLedger(repository: string, file: string | undefined): Promise<SqliteStore> {
  return new SqliteStore(file ?? (await defaultLedger(repository)));
}

async function defaultLedger(repository: string): Promise<string> {
  const folder = path.join(repository, DEFAULT_FOLDER);
  try {
    await mkdir(folder, { recursive: true });
    // So that git does not show it either where node_modules is not ignored.
    await writeFile(path.join(folder, ".gitignore"), "*\n");
  } catch (error) {
    throw new UserError(`Cannot keep a ledger in ${folder} (${String(error)}): name another file with --ledger`);
  }
  return path.join(folder, DEFAULT_FILE);
}
