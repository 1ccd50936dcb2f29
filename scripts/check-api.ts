/**
 * The API reports `packages/<name>/etc/<name>.api.md` say what the built declarations say, so that a change of the public API is
 * seen in a review. With `--write` (`pnpm api`) it writes them instead.
 */
import { checkApiReport } from "./packages/api-report.ts";
import { Findings } from "./support/findings.ts";
import { publicPackages } from "./support/workspace.ts";

const write = process.argv.includes("--write");
const findings = new Findings("api");
const packages = publicPackages();
const changed = packages.filter((source) => checkApiReport(source, write, findings));
findings.report(`${packages.length} API reports${write ? `, ${changed.length} of them rewritten` : " are fresh"}`);
