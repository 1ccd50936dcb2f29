import { readFileSync } from "node:fs";
import path from "node:path";
import { root, type Manifest } from "../support/workspace.ts";

const DIST = { types: "./dist/index.d.ts", default: "./dist/index.js" };

/** The repository, as the root's package.json names it. */
const main = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as Manifest & {
  readonly repository: { readonly type: string; readonly url: string };
};

/** What every published package.json says alike, but for the names in it. `new-package` writes it, `check-fields` holds it. */
export function skeleton(name: string, folder: string): Record<string, unknown> {
  const home = main.repository.url.replace(/^git\+/, "").replace(/\.git$/, "");
  return {
    homepage: `${home}/tree/main/packages/${folder}#readme`,
    bugs: `${home}/issues`,
    repository: { ...main.repository, directory: `packages/${folder}` },
    license: main["license"],
    author: "ttasks contributors",
    type: "module",
    sideEffects: false,
    exports: { ".": { source: "./src/index.ts", ...DIST }, "./package.json": "./package.json" },
    files: ["dist"],
    scripts: {
      build: "tsup",
      "build:js": "tsup --no-dts",
      test: `vitest run --root ../.. --project ${name}`,
    },
    engines: main["engines"],
    publishConfig: { access: "public", exports: { ".": DIST, "./package.json": "./package.json" } },
  };
}

/** How a package names another one of ours as its peer: a caret would make a new major of it with each minor of the peer. */
export const PEER_RANGE = "workspace:>=0.0.0 <1";

/** The words that every package is found by. */
export const KEYWORDS: readonly string[] = ["tasks", "typescript"];
