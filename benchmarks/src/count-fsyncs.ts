import { execFileSync, spawnSync } from "node:child_process";
import path from "node:path";
import type { Sample } from "./comparison.ts";
import { dist } from "./run-contender.ts";

/** Runs a ledger under `strace`, and says how often it waited for the disk and how many transactions that was. */
export function countFsyncs(inFlight: number, tasks: number): string {
  try {
    execFileSync("strace", ["--version"], { stdio: "ignore" });
  } catch {
    return "The fsyncs were not counted: there is no strace.";
  }
  const program = [
    path.join(dist, "contenders/ledger/ttasks.js"),
    "full",
    "immediate",
    String(inFlight),
    String(tasks),
  ];
  const args = ["-f", "-c", "-e", "trace=fsync,fdatasync", process.execPath, ...program, "1", "execute", "count"];
  const { stdout, stderr } = spawnSync("strace", args, { encoding: "utf8" });
  const calls = [...stderr.matchAll(/^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)(?:\s+\d+)?\s+(?:fsync|fdatasync)$/gm)];
  const fsyncs = calls.reduce((sum, [, count]) => sum + Number(count), 0);
  const { facts = {} } = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Sample;
  return (
    `FULL, ${inFlight} in flight: ${tasks} tasks (${2 * tasks} transitions) were ${facts["commits"]} transactions of the run; the ` +
    `whole process committed ${facts["allCommits"]} and made ${fsyncs} fsyncs (strace -c); the others are of opening the ledger, of ` +
    "checkpoints and of closing."
  );
}
