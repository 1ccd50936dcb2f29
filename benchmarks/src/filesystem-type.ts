import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";

/** The type of the filesystem that the ledgers lie on; a ledger in memory would measure nothing. */
export function filesystemType(): string {
  const folder = process.env["BENCH_DIR"] ?? tmpdir();
  try {
    const type = execFileSync("df", ["--output=fstype", folder], { encoding: "utf8" }).split("\n")[1]!.trim();
    return /tmpfs|ramfs/.test(type) ? `${type}, WHICH IS MEMORY: let BENCH_DIR name a folder on a disk` : type;
  } catch {
    return "unknown";
  }
}
