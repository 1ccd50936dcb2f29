/**
 * The documentation holds: links lead somewhere, every `ts` block compiles, the blocks of the READMEs run, and pictures show what the
 * blocks that they come from draw. `--write` draws them anew.
 */
import { existsSync } from "node:fs";
import path from "node:path";
import { checkLinks } from "./docs/check-links.ts";
import { compileExamples } from "./docs/compile-examples.ts";
import { markdownExamples, sourceExamples } from "./docs/examples.ts";
import { runExamples } from "./docs/run-examples.ts";
import { Findings } from "./support/findings.ts";
import { mustRun } from "./support/run-command.ts";
import { root } from "./support/workspace.ts";

const findings = new Findings("docs");
const listed = await mustRun("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root });
const files = listed.split("\0").filter((file) => file !== "" && existsSync(path.join(root, file)));
const pages = files.filter((file) => file.endsWith(".md") && !/CHANGELOG\.md$|^\.changeset\/|\/fixtures\//.test(file));

checkLinks(pages, findings);
const examples = [
  ...markdownExamples(pages.filter((file) => /^(README\.md|packages\/[^/]+\/README\.md|docs\/.+\.md)$/.test(file))),
  ...sourceExamples(files.filter((file) => /^packages\/[^/]+\/src\/.+\.ts$/.test(file))),
];
compileExamples(examples, findings);
const ran = await runExamples(examples, findings);
findings.report(`${pages.length} pages, ${examples.length} blocks, ${ran} of them ran`);
