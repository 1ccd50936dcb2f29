import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const VARIABLE = "TTASKS_CENSUS";

/** Whether living processes can be counted here by what is in their environment. */
export const canCount = process.platform === "linux";

/** An environment that everything which is started with it can be found by. */
export function newMarker(): { readonly [VARIABLE]: string } {
  return { [VARIABLE]: randomUUID() };
}

/** The command lines of all living processes on this machine that carry the marker. */
export function census(marker: { readonly [VARIABLE]: string }): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const environment = readIfThere(`/proc/${pid}/environ`);
      if (!environment.includes(`${VARIABLE}=${marker[VARIABLE]}`)) return [];
      return [readIfThere(`/proc/${pid}/cmdline`).replaceAll("\0", " ").trim()];
    });
}

/** Waits until so many processes carry the marker. */
export async function untilCount(marker: { readonly [VARIABLE]: string }, atLeast: number): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (census(marker).length < atLeast) {
    if (Date.now() > deadline) throw new Error(`After 20 s there are only: ${census(marker).join(", ")}`);
    await sleep(20);
  }
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}
