import { readFileSync } from "node:fs";

/** The most memory that this process has had, in MiB. What `getrusage` says begins at the size of the parent, on Linux. */
export function peakRss(): number {
  try {
    const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
    if (kib !== undefined) return Number(kib) / 1024;
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS / 1024;
}
