import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const PACKAGES = ["@ttasks/core", "@ttasks/handlers-shell", "@ttasks/store-sqlite"];

/** The built packages of another state of the repository. */
export interface PreparedRef {
  readonly root: string;
  readonly commit: string;
  readonly remove: () => void;
}

/** The state that is meant when none is named: the last tag, else where this branch left the main one, else the commit before. */
export function defaultRef(root: string): string {
  const tag = tryGit(root, "describe", "--tags", "--abbrev=0");
  if (tag !== undefined) return tag;
  const base = tryGit(root, "merge-base", "HEAD", "origin/main")?.slice(0, 7);
  return base === undefined || git(root, "rev-parse", "HEAD").startsWith(base) ? "HEAD~1" : base;
}

/**
 * Builds the packages of a git ref in a folder of its own; this clone stays as it is.
 *
 * @throws {Error} when there is no such ref, or when it does not build.
 */
export function prepareRef(root: string, ref: string): PreparedRef {
  const commit = tryGit(root, "rev-parse", "--verify", "--quiet", `${ref}^{commit}`);
  if (commit === undefined) throw new Error(`There is no commit "${ref}"; a shallow clone may not have it`);
  const folder = mkdtempSync(path.join(tmpdir(), "ttasks-ref-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    git(folder, "clone", "--quiet", "--no-checkout", "--shared", root, ".");
    git(folder, "checkout", "--quiet", "--detach", commit);
    pnpm(folder, "install", "--frozen-lockfile", "--prefer-offline");
    pnpm(folder, "exec", "turbo", "run", "build:js", ...PACKAGES.map((name) => `--filter=${name}`));
  } catch (error) {
    remove();
    throw error;
  }
  return { root: folder, commit: commit.slice(0, 7), remove };
}

function git(cwd: string, ...args: readonly string[]): string {
  return execFileSync("git", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
}

function tryGit(cwd: string, ...args: readonly string[]): string | undefined {
  try {
    return git(cwd, ...args);
  } catch {
    return undefined;
  }
}

function pnpm(cwd: string, ...args: readonly string[]): void {
  // Settings that the pnpm which started this process has put into its environment are those of this tree.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm|pnpm)_/i.test(name)));
  execFileSync("npx", ["-y", "pnpm@12", ...args], {
    cwd,
    env: { ...env, CI: "true", TURBO_TELEMETRY_DISABLED: "1" },
    stdio: ["ignore", "pipe", "pipe"],
    shell: process.platform === "win32",
  });
}
