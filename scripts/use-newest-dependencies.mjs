// Lets a copy of this repository run on Node 22 or newer: it takes the newest majors of the two dependencies whose published range
// has a part for Node 20 and a part for what came after. Follow it with `pnpm install --no-frozen-lockfile`.
import { readFileSync, writeFileSync } from "node:fs";

const newest = { "better-sqlite3": "^13", execa: "^10" };

const file = "pnpm-workspace.yaml";
let text = readFileSync(file, "utf8");
for (const [name, range] of Object.entries(newest)) {
  const line = new RegExp(`^(overrides:\\n(?:  .*\\n)*?  ${name}: ).+$`, "m");
  if (!line.test(text)) throw new Error(`${file} has no override of ${name}`);
  text = text.replace(line, `$1${range}`);
}
writeFileSync(file, text);
