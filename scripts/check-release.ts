/**
 * What the next release would be: `changeset version` is tried in a copy of the manifests. No package goes up by more than a changeset
 * asks for it, and a new minor of one that is a peer of others makes no new major of theirs.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { PEER_RANGE } from "./packages/skeleton.ts";
import { copyManifests, versionAll } from "./packages/try-version.ts";
import { Findings } from "./support/findings.ts";
import { publicPackages, type WorkspacePackage } from "./support/workspace.ts";

const findings = new Findings("release");
const folder = mkdtempSync(path.join(os.tmpdir(), "ttasks-release-"));
try {
  await copyManifests(folder);
  const next = await tryRelease("the next release");
  for (const peer of peers()) {
    writeFileSync(path.join(folder, ".changeset/a-minor.md"), `---\n"${peer}": minor\n---\n\nA minor.\n`);
    await tryRelease(`a minor of ${peer}`);
  }
  const planned = next.map(({ name, manifest }) => `${name} ${manifest.version}`);
  findings.report(`the next versions are ${planned.join(", ")}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Makes the versions in the copy, and looks at what became of each package. */
async function tryRelease(what: string): Promise<readonly WorkspacePackage[]> {
  const { before, asked, after } = await versionAll(folder);
  for (const [index, { name, manifest }] of after.entries()) {
    const was = before[index]!.manifest.version;
    const allowed = Math.max(asked.get(name) ?? 0, 1);
    if (step(was, manifest.version) > allowed)
      findings.add(`${what} takes ${name} from ${was} to ${manifest.version}, which no changeset asks for`);
    for (const [peer, range] of Object.entries((manifest["peerDependencies"] ?? {}) as Record<string, string>)) {
      if (after.some((other) => other.name === peer) && range !== PEER_RANGE)
        findings.add(`${what} turns the peer ${peer} of ${name} from "${PEER_RANGE}" into "${range}"`);
    }
  }
  return after;
}

/** 3 for a new major, 2 for a new minor, 1 for a new patch, 0 for the same version. */
function step(was: string, is: string): number {
  const [before, after] = [was, is].map((version) => version.split(".").map(Number)) as [number[], number[]];
  const first = before.findIndex((part, index) => part !== after[index]);
  return first === -1 ? 0 : 3 - first;
}

/** The packages that are peers of others. */
function peers(): string[] {
  const packages = publicPackages();
  const named = new Set(packages.flatMap(({ manifest }) => Object.keys(manifest["peerDependencies"] ?? {})));
  return packages.map(({ name }) => name).filter((name) => named.has(name));
}
