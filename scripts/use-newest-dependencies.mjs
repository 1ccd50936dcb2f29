// Lets a copy of this repository run on Node 22 or newer: it takes the newest majors of the two dependencies whose published range
// has a part for Node 20 and a part for what came after, and of what the tests use. Follow it with `pnpm install --no-frozen-lockfile`.
import { readFileSync, writeFileSync } from "node:fs";

const newest = {
  overrides: { "better-sqlite3": "^13", execa: "^10" },
  // GitHub shows graphs with Mermaid 11, others with 12: the text of a graph is for both.
  catalog: { mermaid: "^12" },
};

const file = "pnpm-workspace.yaml";
let text = readFileSync(file, "utf8");
for (const [section, ranges] of Object.entries(newest)) {
  for (const [name, range] of Object.entries(ranges)) {
    const line = new RegExp(`^(${section}:\\n(?:  .*\\n)*?  ${name}: ).+$`, "m");
    if (!line.test(text)) throw new Error(`${file} has no ${name} in ${section}`);
    text = text.replace(line, `$1${range}`);
  }
}
writeFileSync(file, text);
