import { execFileSync } from "node:child_process";
import { processStart } from "./process-identity.ts";

/** How long a program of the system may take to answer. */
export const ANSWER_MS = 5_000;

/** Made once: it costs some reads on Linux, and two short programs on macOS. */
let own: { readonly text: string | undefined } | undefined;

/**
 * A text that tells this process from another one that gets its number later, or `undefined` where the system does not tell. Nothing is
 * asked of the system before the first call.
 */
export function ownProcessStart(): string | undefined {
  own ??= { text: startOn(process.platform) };
  return own.text;
}

function startOn(platform: NodeJS.Platform): string | undefined {
  try {
    if (platform === "linux") return processStart(process.pid);
    if (platform === "darwin") return darwinStart(run("sysctl", DARWIN_BOOT), run("ps", startByPs(process.pid)));
    if (platform === "win32") return windowsStart(performance.timeOrigin);
  } catch {
    // Then it counts as gone by its heartbeat alone.
  }
  return undefined;
}

/** Asks macOS for a text that each boot has its own of. */
export const DARWIN_BOOT: readonly string[] = ["-n", "kern.bootsessionuuid"];

/** Asks `ps` when a process has started. */
export function startByPs(pid: number): readonly string[] {
  return ["-o", "lstart=", "-p", String(pid)];
}

/** In what `ps` answers alike whoever asks. */
export const PS_ENV: Readonly<Record<string, string>> = { LC_ALL: "C", TZ: "UTC" };

/** What the answers of macOS come to; `undefined` where one is missing. */
export function darwinStart(boot: string, lstart: string): string | undefined {
  const start = lstart.trim().replaceAll(/\s+/g, " ");
  return boot.trim() === "" || start === "" ? undefined : `darwin/${boot.trim()}/${start}`;
}

/** On Windows, when this process has started, in milliseconds since the epoch: PowerShell, which knows better, takes half a second. */
export function windowsStart(timeOrigin: number): string {
  return `win32/${Math.round(timeOrigin)}`;
}

function run(program: string, args: readonly string[]): string {
  return execFileSync(program, args, {
    encoding: "utf8",
    env: { ...process.env, ...PS_ENV },
    stdio: ["ignore", "pipe", "ignore"],
    timeout: ANSWER_MS,
  });
}
