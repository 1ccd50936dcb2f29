import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { defineConfig } from "vitest/config";

/** The packages, the apps and the benchmarks, which have tests: each is a project, named like its package. The scripts are one as well. */
export function projects(): { name: string; root: string }[] {
  const packages = ["packages", "apps"]
    .flatMap((folder) =>
      readdirSync(path.join(import.meta.dirname, folder)).map((entry) => path.join(import.meta.dirname, folder, entry)),
    )
    .concat(path.join(import.meta.dirname, "benchmarks"))
    .filter((root) => existsSync(path.join(root, "package.json")))
    .map((root) => {
      const manifest = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as { name: string };
      return { name: manifest.name, root };
    });
  return [...packages, { name: "scripts", root: path.join(import.meta.dirname, "scripts") }];
}

/** Workspace packages are read from their sources: no test needs a build. */
export const conditions = ["source", "module", "node", "development|production"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  // Node 20 cannot parse `using`.
  oxc: { target: "es2022" },
  test: {
    testTimeout: 30_000,
    hookTimeout: 30_000,
    projects: projects().map(({ name, root }) => ({
      extends: true as const,
      test: { name, root, include: ["test/**/*.test.ts"] },
    })),
  },
});
