/** The site that `pnpm run docs` has built holds: every link in its pages leads to a file of it, and every anchor to an element. */
import { readdirSync } from "node:fs";
import path from "node:path";
import { checkSiteLinks } from "./docs/check-site-links.ts";
import { Findings } from "./support/findings.ts";
import { root } from "./support/workspace.ts";

const site = path.join(root, "site");
const findings = new Findings("site");
const files = readdirSync(site, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ parentPath, name }) => path.relative(site, path.join(parentPath, name)).replaceAll(path.sep, "/"));
const { pages, links } = checkSiteLinks(site, files, findings);
if (pages < 100) findings.add(`expected at least 100 pages, got ${pages}: is the API there?`);
findings.report(`${pages} pages, ${links} links within the site`);
