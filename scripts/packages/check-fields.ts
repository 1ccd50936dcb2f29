import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Findings } from "../support/findings.ts";
import { root, workspacePackages, type WorkspacePackage } from "../support/workspace.ts";
import { KEYWORDS, PEER_RANGE, skeleton } from "./skeleton.ts";

/** The package.json and the pages of a public package are those of its sisters: license, home, keywords, README, peers. */
export function checkFields(source: WorkspacePackage, findings: Findings): void {
  const { name, folder, manifest } = source;
  for (const [field, expected] of Object.entries(skeleton(name, path.basename(folder)))) {
    if (!holds(manifest[field], expected))
      findings.add(`${name}: ${field} in its package.json is not ${JSON.stringify(expected)}`);
  }
  const { description, keywords } = manifest;
  if (typeof description !== "string" || !/^[A-Z].+[^.]$/.test(description))
    findings.add(`${name}: its package.json has no description of one sentence without a full stop`);
  const words = Array.isArray(keywords) ? keywords : [];
  if (words.length <= KEYWORDS.length || !KEYWORDS.every((word) => words.includes(word)))
    findings.add(`${name}: its keywords are not ${KEYWORDS.join(", ")} and some of its own`);
  checkPeers(source, findings);
  checkPages(source, findings);
}

/** Whether a value is the expected one; an object may have more keys than expected. */
function holds(value: unknown, expected: unknown): boolean {
  if (typeof expected !== "object" || expected === null || Array.isArray(expected))
    return isDeepStrictEqual(value, expected);
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(expected).every(([key, part]) => holds((value as Record<string, unknown>)[key], part));
}

function checkPeers({ name, manifest }: WorkspacePackage, findings: Findings): void {
  const ours = new Set(workspacePackages().map((other) => other.name));
  for (const [peer, range] of Object.entries((manifest["peerDependencies"] ?? {}) as Record<string, string>)) {
    if (ours.has(peer) && range !== PEER_RANGE)
      findings.add(
        `${name}: its peer ${peer} is "${range}", not "${PEER_RANGE}": a minor of it would make a major here`,
      );
  }
}

function checkPages({ name, folder }: WorkspacePackage, findings: Findings): void {
  const readme = textOf(path.join(folder, "README.md"));
  if (!readme.startsWith(`# ${name}\n`)) findings.add(`${name}: its README does not begin with "# ${name}"`);
  if (!/^## Licence$/m.test(readme)) findings.add(`${name}: its README does not name the licence`);
  if (textOf(path.join(folder, "LICENSE")) !== textOf(path.join(root, "LICENSE")))
    findings.add(`${name}: its LICENSE is not that of the repository`);
  const unscoped = path.basename(folder);
  for (const [file, entry] of [
    [".size-limit.json", `packages/${unscoped}/dist/index.js`],
    ["typedoc.json", `packages/${unscoped}/src/index.ts`],
  ] as const) {
    if (!textOf(path.join(root, file)).includes(`"${entry}"`)) findings.add(`${name}: ${file} does not name ${entry}`);
  }
}

function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}
