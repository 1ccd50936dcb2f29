import { cpSync, existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { mustRun } from "../support/run-command.ts";
import { publicPackages, root, type WorkspacePackage } from "../support/workspace.ts";

const LEVELS: readonly string[] = ["none", "patch", "minor", "major"];
const ROOT_FILES = ["package.json", "pnpm-workspace.yaml", "pnpm-lock.yaml"];

/** Versions before and after `changeset version`, and what the changesets asked for: 1 is a patch, 2 a minor, 3 a major. */
export interface Versions {
  readonly before: readonly WorkspacePackage[];
  readonly asked: ReadonlyMap<string, number>;
  readonly after: readonly WorkspacePackage[];
}

/** Copies what `changeset version` reads, and nothing else. */
export async function copyManifests(folder: string): Promise<void> {
  for (const file of ROOT_FILES) cpSync(path.join(root, file), path.join(folder, file));
  cpSync(path.join(root, ".changeset"), path.join(folder, ".changeset"), { recursive: true });
  for (const group of ["packages", "apps"]) {
    for (const entry of readdirSync(path.join(root, group))) {
      const file = path.join(group, entry, "package.json");
      if (existsSync(path.join(root, file))) cpSync(path.join(root, file), path.join(folder, file));
    }
  }
  await git(folder, "init", "--quiet", "--initial-branch=main");
}

/** Runs `changeset version` in the copy, which uses up its changesets. */
export async function versionAll(folder: string): Promise<Versions> {
  const before = publicPackages(folder);
  const asked = askedFor(path.join(folder, ".changeset"));
  // The changelog names the commit of each changeset.
  await git(folder, "add", "--all");
  await git(folder, "commit", "--quiet", "--no-verify", "--allow-empty", "--message=before");
  await mustRun("changeset", ["version"], { cwd: folder });
  return { before, asked, after: publicPackages(folder) };
}

function askedFor(changesets: string): Map<string, number> {
  const asked = new Map<string, number>();
  for (const file of readdirSync(changesets).filter((name) => name.endsWith(".md"))) {
    const [, head = ""] = readFileSync(path.join(changesets, file), "utf8").split(/^---$/m);
    for (const [, name = "", level = ""] of head.matchAll(/^["']?([^"'\n]+?)["']?: *(\w+)$/gm))
      asked.set(name, Math.max(asked.get(name) ?? 0, LEVELS.indexOf(level)));
  }
  return asked;
}

function git(cwd: string, ...args: string[]): Promise<string> {
  return mustRun("git", ["-c", "user.name=ttasks", "-c", "user.email=ttasks@example.com", ...args], { cwd });
}
