import { readFileSync } from "node:fs";
import path from "node:path";
import { root } from "../support/workspace.ts";
import { KEYWORDS, PEER_RANGE, skeleton } from "./skeleton.ts";
import { handlersStarter, storeStarter, type Starter } from "./starters.ts";

/** The files of a new package, and those of the repository that name it; by their path from the root, not yet formatted. */
export function newPackageFiles(folder: string): Map<string, string> {
  const name = `@ttasks/${folder}`;
  const starter = folder.startsWith("store-") ? storeStarter(folder, name) : handlersStarter(folder, name);
  const inPackage = {
    "package.json": JSON.stringify(manifestOf(folder, name, starter)),
    "README.md": readmeOf(name, starter),
    LICENSE: readFileSync(path.join(root, "LICENSE"), "utf8"),
    "tsconfig.json": readFileSync(path.join(root, "packages/testkit/tsconfig.json"), "utf8"),
    "tsup.config.ts": 'export { library as default } from "../../tsup.base.ts";\n',
    "src/index.ts": starter.index,
    [`src/${starter.module}.ts`]: starter.source,
    [`test/${starter.module}.test.ts`]: starter.test,
  };
  return new Map([
    ...Object.entries(inPackage).map(([file, text]) => [`packages/${folder}/${file}`, text] as const),
    [`.changeset/first-${folder}.md`, `---\n"${name}": minor\n---\n\n${starter.description}.\n`],
    [".size-limit.json", sizeLimits(folder, name)],
    ["typedoc.json", siteOptions(folder, name)],
  ]);
}

function manifestOf(folder: string, name: string, { description, testkit }: Starter): object {
  const { engines, publishConfig, ...fields } = skeleton(name, folder);
  return {
    name,
    version: "0.0.0",
    description,
    keywords: [...KEYWORDS, ...folder.split("-")],
    ...fields,
    peerDependencies: { "@ttasks/core": PEER_RANGE },
    devDependencies: { "@ttasks/core": "workspace:*", ...(testkit && { "@ttasks/testkit": "workspace:*" }) },
    engines,
    publishConfig,
  };
}

function readmeOf(name: string, { description, example, exampleRuns }: Starter): string {
  const fence = "```";
  return `# ${name}

${description}. Part of [ttasks](../../README.md).

${fence}sh
npm install @ttasks/core ${name}
${fence}

${fence}ts${exampleRuns ? "" : " no-run"}
${example}
${fence}

## Licence

MIT
`;
}

function sizeLimits(folder: string, name: string): string {
  const entry = {
    name: `${name}, without core`,
    path: `packages/${folder}/dist/index.js`,
    import: "*",
    ignore: ["@ttasks/core", "node:*"],
    limit: "1 kB",
    gzip: true,
  };
  const limits = JSON.parse(readFileSync(path.join(root, ".size-limit.json"), "utf8")) as object[];
  return JSON.stringify([...limits, entry]);
}

function siteOptions(folder: string, name: string): string {
  const options = JSON.parse(readFileSync(path.join(root, "typedoc.json"), "utf8")) as {
    readonly entryPoints: readonly string[];
    readonly packagesRequiringDocumentation: readonly string[];
  };
  return JSON.stringify({
    ...options,
    entryPoints: [...options.entryPoints, `packages/${folder}/src/index.ts`],
    packagesRequiringDocumentation: [...options.packagesRequiringDocumentation, name],
  });
}
