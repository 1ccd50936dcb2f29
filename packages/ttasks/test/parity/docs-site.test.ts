import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "../../../..");
const read = (file: string): string => readFileSync(path.join(root, file), "utf8");
const json = (file: string) => JSON.parse(read(file));

const packages = readdirSync(path.join(root, "packages"));
const rules = json("typedoc.json");

describe("the documentation site", () => {
  it("is generated from the descriptions in the code of every public package", () => {
    const wanted = packages.filter((folder) => json(`packages/${folder}/package.json`).private !== true);
    expect(wanted).toContain("core");
    expect(rules.entryPoints).toEqual(
      expect.arrayContaining(wanted.map((folder) => `packages/${folder}/src/index.ts`)),
    );
    expect(rules.packagesRequiringDocumentation).toEqual(
      expect.arrayContaining(wanted.map((folder) => json(`packages/${folder}/package.json`).name)),
    );
    expect(rules.validation).toMatchObject({ notDocumented: true, invalidLink: true, notExported: true });
  });

  it("has all guides as pages, and README.md as its first one", () => {
    const guides = readdirSync(path.join(root, "docs")).filter((file) => file.endsWith(".md"));
    expect(rules.readme).toBe("README.md");
    expect(rules.projectDocuments).toEqual(expect.arrayContaining(guides.map((file) => `docs/${file}`)));
  });

  it("is built by one command, which fails at a warning, into a folder that git ignores", () => {
    const { scripts } = json("package.json");
    expect(scripts.docs).toBe("tsx scripts/build-site.ts");
    expect(read("scripts/build-site.ts")).toMatch(/hasWarnings\(\)\) process\.exitCode = 1/);
    expect(read(".gitignore").split("\n")).toContain(`${rules.out}/`);
  });

  it("is checked for broken links whenever everything is checked", () => {
    expect(json("package.json").scripts.check).toContain("tsx scripts/build-site.ts && tsx scripts/check-site.ts");
  });

  it("is published to GitHub Pages by a workflow, from main, with no more rights than that takes", () => {
    const workflow = read(".github/workflows/docs.yml");
    const [shared = "", build = "", deploy = ""] = workflow.split(/^ {2}(?:build|deploy):\n/m);
    expect(shared).toMatch(/^on:\n {2}push:\n {4}branches: \[main\]$/m);
    expect(shared).toMatch(/^permissions:\n {2}contents: read\n\n/m);
    expect(build).not.toContain("permissions:");
    const steps = [...workflow.matchAll(/^ +(?:- )?(?:uses|run): (.+)$/gm)].map(([, step = ""]) => step);
    expect(steps.map((step) => step.replace(/@v\d+$/, ""))).toEqual([
      "actions/checkout",
      "actions/setup-node",
      "npx -y pnpm@12 run docs",
      "npx -y pnpm@12 exec tsx scripts/check-site.ts",
      "actions/upload-pages-artifact",
      "actions/deploy-pages",
    ]);
    expect(build).toContain(`path: ${rules.out}\n`);
    expect(deploy).toMatch(/^ {4}permissions:\n {6}pages: write\n {6}id-token: write\n {4}environment:/m);
  });
});

it("the guide to errors has every code of core, once", () => {
  const source = read("packages/core/src/errors/ttasks-error.ts");
  const union = /export type ErrorCode =([^;]+);/.exec(source)?.[1] ?? "";
  const codes = [...union.matchAll(/"(\w+)"/g)].map(([, code]) => code);
  const listed = [...read("docs/errors.md").matchAll(/^\| `(\w+)`/gm)].map(([, code]) => code);
  expect(codes.length).toBeGreaterThan(10);
  expect(listed.sort()).toEqual(codes.sort());
});
