import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** A new folder for ledgers, on the disk that is measured; it goes with the process. */
export function ledgerFolder(): string {
  const folder = mkdtempSync(path.join(process.env["BENCH_DIR"] ?? tmpdir(), "ttasks-bench-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
