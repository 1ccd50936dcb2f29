/** What a user gets: packs the public packages and tries the tarballs as npm, Node and older TypeScript would. */
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { checkAiTasks } from "./packages/check-ai-tasks.ts";
import { checkDeclarations } from "./packages/check-declarations.ts";
import { checkExamples } from "./packages/check-examples.ts";
import { checkHandlerGuide } from "./packages/check-handler-guide.ts";
import { checkManifests } from "./packages/check-manifests.ts";
import { checkQuickStart } from "./packages/check-quick-start.ts";
import { checkResolution } from "./packages/check-resolution.ts";
import { checkStoreGuide } from "./packages/check-store-guide.ts";
import { installAll, installCoreAlone, installWithoutAi } from "./packages/install-tarballs.ts";
import { packAll } from "./packages/pack-all.ts";
import { Findings } from "./support/findings.ts";

const findings = new Findings("packages");
const folder = mkdtempSync(path.join(os.tmpdir(), "ttasks-packages-"));
try {
  const tarballs = await packAll(folder);
  await checkManifests(tarballs, findings);
  await checkResolution(tarballs, findings);
  const installed = await installAll(tarballs, path.join(folder, "all"));
  await installCoreAlone(tarballs, path.join(folder, "core"), findings);
  await checkQuickStart(installed, findings);
  await checkStoreGuide(installed, findings);
  await checkHandlerGuide(installed, findings);
  const withoutAi = await installWithoutAi(tarballs, path.join(folder, "without-ai"));
  await checkAiTasks(installed, withoutAi, findings);
  await checkDeclarations(tarballs, installed, findings);
  const examples = await checkExamples(installed, findings);
  findings.report(`${tarballs.length} tarballs install, run and compile, with ${examples} examples over them`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
