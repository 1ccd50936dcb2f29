import { readFileSync } from "node:fs";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import type { Findings } from "../support/findings.ts";
import { mustRun } from "../support/run-command.ts";
import type { Manifest } from "../support/workspace.ts";
import { checkFields } from "./check-fields.ts";
import type { Tarball } from "./pack-all.ts";

const EXPECTED = [
  "package/README.md",
  "package/LICENSE",
  "package/package.json",
  "package/dist/index.js",
  "package/dist/index.d.ts",
];

/** The built files, and the pages that npm adds. */
const ALLOWED = /^package\/(README\.md|LICENSE|CHANGELOG\.md|package\.json|dist\/[\w-]+\.(js|js\.map|d\.ts))$/;

/** publint, the fields of package.json, the files inside, and that nothing of the workspace is left in the published package.json. */
export async function checkManifests(tarballs: readonly Tarball[], findings: Findings): Promise<void> {
  for (const { name, file, source } of tarballs) {
    checkFields(source, findings);
    const { messages, pkg } = await publint({
      pack: { tarball: new Uint8Array(readFileSync(file)).buffer },
      strict: true,
    });
    for (const message of messages) {
      findings.add(`publint of ${name}: ${formatMessage(message, pkg, { color: false }) ?? message.code}`);
    }

    const files = (await mustRun("tar", ["-tzf", file])).trim().split("\n");
    for (const expected of EXPECTED)
      if (!files.includes(expected)) findings.add(`${name}: the tarball has no ${expected}`);
    for (const entry of files) {
      if (!ALLOWED.test(entry)) findings.add(`${name}: the tarball carries ${entry}`);
    }

    const text = await mustRun("tar", ["-xzOf", file, "package/package.json"]);
    const manifest = JSON.parse(text) as Manifest;
    if (/"(workspace|catalog):/.test(text)) findings.add(`${name}: its package.json still speaks of the workspace`);
    if (JSON.stringify(manifest.exports).includes("source"))
      findings.add(`${name}: its exports still name the sources`);
  }
}
