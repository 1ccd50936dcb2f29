import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Findings } from "../support/findings.ts";
import { mustRun } from "../support/run-command.ts";
import { root, type Manifest } from "../support/workspace.ts";
import type { Tarball } from "./pack-all.ts";

/** How npm installs here. */
export const INSTALL = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];

/** Installs all tarballs by npm in one empty folder and returns it. */
export async function installAll(tarballs: readonly Tarball[], folder: string): Promise<string> {
  await install(tarballs, folder);
  await provideBinding(folder);
  return folder;
}

/** Installs what a user has who wants no AI tasks. */
export async function installWithoutAi(tarballs: readonly Tarball[], folder: string): Promise<string> {
  await install(
    tarballs.filter(({ name }) => name !== "@ttasks/handlers-copilot"),
    folder,
  );
  return folder;
}

/** `@ttasks/core` brings nothing else. */
export async function installCoreAlone(
  tarballs: readonly Tarball[],
  folder: string,
  findings: Findings,
): Promise<void> {
  await install(
    tarballs.filter(({ name }) => name === "@ttasks/core"),
    folder,
  );
  const modules = path.join(folder, "node_modules");
  const found = readdirSync(modules).filter((entry) => !entry.startsWith("."));
  const scoped = readdirSync(path.join(modules, "@ttasks"));
  const names = [...found, ...scoped].join(" ");
  if (names !== "@ttasks core") findings.add(`@ttasks/core alone installs: ${names}`);
}

/** Installs tarballs by npm in an empty folder; no package may build anything there. */
export async function install(tarballs: readonly Tarball[], folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true }));
  await mustRun("npm", [...INSTALL, ...tarballs.map(({ file }) => file)], { cwd: folder });
}

/** The native part of better-sqlite3 comes from the workspace: to compile it again takes minutes and proves nothing of ours. */
async function provideBinding(folder: string): Promise<void> {
  const installed = path.join(folder, "node_modules/better-sqlite3");
  const built = realpathSync(path.join(root, "packages/store-sqlite/node_modules/better-sqlite3"));
  const binding = path.join(built, "build/Release/better_sqlite3.node");
  if (versionOf(installed) === versionOf(built) && existsSync(binding)) {
    cpSync(binding, path.join(installed, "build/Release/better_sqlite3.node"));
  } else {
    await mustRun("npm", ["rebuild", "better-sqlite3"], { cwd: folder, timeoutMs: 600_000 });
  }
}

function versionOf(folder: string): string {
  return (JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as Manifest).version;
}
