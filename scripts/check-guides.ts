/** Whoever follows the guides for third parties gets there on the Node that runs this script, with core and the test kit alone. */
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { checkHandlerGuide } from "./packages/check-handler-guide.ts";
import { checkStoreGuide } from "./packages/check-store-guide.ts";
import { install } from "./packages/install-tarballs.ts";
import { pack } from "./packages/pack-all.ts";
import { Findings } from "./support/findings.ts";
import { publicPackages } from "./support/workspace.ts";

const findings = new Findings("guides");
const folder = mkdtempSync(path.join(os.tmpdir(), "ttasks-guides-"));
try {
  const needed = publicPackages().filter(({ name }) => ["@ttasks/core", "@ttasks/testkit"].includes(name));
  const installed = path.join(folder, "installed");
  await install(await pack(needed, folder), installed);
  await checkStoreGuide(installed, findings);
  await checkHandlerGuide(installed, findings);
  findings.report(`the guides for stores and handlers hold on Node ${process.version}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
