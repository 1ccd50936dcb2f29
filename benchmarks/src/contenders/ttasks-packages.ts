import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type * as Core from "@ttasks/core";
import type * as HandlersShell from "@ttasks/handlers-shell";
import type * as StoreSqlite from "@ttasks/store-sqlite";

/** The repository whose built packages are measured: this one, or the one that `TTASKS_ROOT` names. */
const root = process.env["TTASKS_ROOT"] ?? fileURLToPath(new URL("../../../..", import.meta.url));

async function load(name: string): Promise<unknown> {
  return import(pathToFileURL(path.join(root, "packages", name, "dist/index.js")).href);
}

export async function loadCore(): Promise<typeof Core> {
  return (await load("core")) as typeof Core;
}

export async function loadHandlersShell(): Promise<typeof HandlersShell> {
  return (await load("handlers-shell")) as typeof HandlersShell;
}

export async function loadStoreSqlite(): Promise<typeof StoreSqlite> {
  return (await load("store-sqlite")) as typeof StoreSqlite;
}
