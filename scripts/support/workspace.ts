import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the repository. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

/** What the checks read of a package.json. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean | undefined;
  readonly exports?: unknown;
  readonly [field: string]: unknown;
}

export interface WorkspacePackage {
  readonly name: string;
  readonly folder: string;
  readonly manifest: Manifest;
}

/** The packages below `packages/`, by folder name. */
export function workspacePackages(of = root): WorkspacePackage[] {
  return readdirSync(path.join(of, "packages"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => {
      const folder = path.join(of, "packages", entry.name);
      const manifest = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as Manifest;
      return { name: manifest.name, folder, manifest };
    });
}

/** Those that are published. */
export function publicPackages(of = root): WorkspacePackage[] {
  return workspacePackages(of).filter(({ manifest }) => manifest.private !== true);
}
