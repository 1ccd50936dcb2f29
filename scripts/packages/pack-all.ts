import { mkdirSync } from "node:fs";
import path from "node:path";
import { mustRun } from "../support/run-command.ts";
import { publicPackages, type WorkspacePackage } from "../support/workspace.ts";

export interface Tarball {
  readonly name: string;
  readonly file: string;
  readonly source: WorkspacePackage;
}

/** Packs every public package into a folder, as `pnpm publish` would. */
export function packAll(folder: string): Promise<Tarball[]> {
  return pack(publicPackages(), folder);
}

/** Packs some packages. */
export async function pack(packages: readonly WorkspacePackage[], folder: string): Promise<Tarball[]> {
  const destination = path.join(folder, "tarballs");
  mkdirSync(destination, { recursive: true });
  const tarballs: Tarball[] = [];
  for (const source of packages) {
    const { name, version } = source.manifest;
    await mustRun("pnpm", ["pack", "--pack-destination", destination], { cwd: source.folder });
    const file = path.join(destination, `${name.replace("@", "").replace("/", "-")}-${version}.tgz`);
    tarballs.push({ name, file, source });
  }
  return tarballs;
}
