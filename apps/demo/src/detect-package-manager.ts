import { access, readFile } from "node:fs/promises";
import path from "node:path";

/** The programs that run the scripts of repositories; each takes `run <script>`. */
export type PackageManager = "npm" | "pnpm" | "yarn" | "bun";

/** The first one that is there counts. */
const LOCKFILES: readonly (readonly [file: string, manager: PackageManager])[] = [
  ["pnpm-lock.yaml", "pnpm"],
  ["yarn.lock", "yarn"],
  ["bun.lock", "bun"],
  ["bun.lockb", "bun"],
  ["package-lock.json", "npm"],
  ["npm-shrinkwrap.json", "npm"],
];

/**
 * The package manager of a repository: what its package.json says in `packageManager`, or whose lockfile it has; else what is
 * found in the folders above, up to that of the git repository; else npm.
 */
export async function detectPackageManager(folder: string): Promise<PackageManager> {
  for (let current = folder; ; current = path.dirname(current)) {
    const found = (await declaredIn(current)) ?? (await lockedIn(current));
    if (found) return found;
    if (current === path.dirname(current) || (await exists(path.join(current, ".git")))) return "npm";
  }
}

async function declaredIn(folder: string): Promise<PackageManager | undefined> {
  try {
    const manifest = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8")) as {
      readonly packageManager?: unknown;
    };
    // As in "pnpm@10.0.0+sha512.…"
    return /^(npm|pnpm|yarn|bun)(?=@|$)/.exec(String(manifest.packageManager))?.[0] as PackageManager | undefined;
  } catch {
    return undefined;
  }
}

async function lockedIn(folder: string): Promise<PackageManager | undefined> {
  for (const [file, manager] of LOCKFILES) if (await exists(path.join(folder, file))) return manager;
  return undefined;
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
