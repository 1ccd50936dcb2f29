/** `pnpm new-package <name>`: makes a handlers or store package with the skeleton of the others. It passes all checks as it is. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { format, resolveConfig } from "prettier";
import { newPackageFiles } from "./packages/new-package-files.ts";
import { root } from "./support/workspace.ts";

const [name = ""] = process.argv.slice(2);
const problem = problemWith(name);
if (problem === undefined) await make();
else {
  console.error(`${problem}\nUsage: npx pnpm@12 new-package <name>, where <name> is like handlers-http or store-redis`);
  process.exitCode = 1;
}

function problemWith(folder: string): string | undefined {
  if (!/^(handlers|store)(-[a-z][a-z0-9]*)+$/.test(folder))
    return `"${folder}" is not a name of small letters that begins with handlers- or store-: the import rules know these kinds.`;
  return existsSync(path.join(root, "packages", folder)) ? `packages/${folder} is there already.` : undefined;
}

async function make(): Promise<void> {
  for (const [file, text] of newPackageFiles(name)) {
    const target = path.join(root, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, await formatted(target, text));
    console.log(file);
  }
  console.log(`
What is left to do by hand:
- the line of packages/${name} in ARCHITECTURE.md, and the row of "Which package do I need?" in README.md
- \`npx pnpm@12 api\`, for packages/${name}/etc/${name}.api.md
- the contract suites of @ttasks/testkit in its tests, as soon as it does something`);
}

async function formatted(file: string, text: string): Promise<string> {
  if (path.basename(file) === "LICENSE") return text;
  return format(text, { ...(await resolveConfig(file)), filepath: file });
}
