import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommand, type CommandResult } from "../support/run-command.ts";
import { root } from "../support/workspace.ts";

const MADE = ["handlers-carrier-pigeon", "store-clay-tablet"];
const COPIED = [
  ...["package.json", "tsconfig.base.json", "tsup.base.ts", "vitest.config.ts", "eslint.config.js"],
  ...[
    ".prettierrc",
    ".prettierignore",
    ".size-limit.json",
    ".dependency-cruiser.cjs",
    "typedoc.json",
    "LICENSE",
    "scripts",
  ],
  ...["packages/core", "packages/testkit"],
];

/** The repository as far as a new package needs it, with two of them in it. */
let copy: string;

beforeAll(async () => {
  copy = realpathSync(mkdtempSync(path.join(os.tmpdir(), "ttasks-new-package-")));
  const needed = (source: string): boolean =>
    !/^(node_modules|dist|etc|test|[.]turbo)$/.test(path.basename(source)) ||
    source === path.join(root, "scripts/test");
  for (const file of COPIED) cpSync(path.join(root, file), path.join(copy, file), { recursive: true, filter: needed });
  mkdirSync(path.join(copy, "apps"));
  const compiled = {
    extends: "./tsconfig.base.json",
    include: ["packages/*/src", "packages/*/test", "packages/*/*.ts"],
  };
  writeFileSync(path.join(copy, "tsconfig.json"), JSON.stringify(compiled));
  symlinkSync(path.join(root, "node_modules"), path.join(copy, "node_modules"), "junction");
  for (const name of MADE) expect(await newPackage(name)).toMatchObject({ ok: true });
  // As `pnpm install` does.
  for (const owner of [...MADE, "testkit"]) link(owner, "core");
  link(MADE[1]!, "testkit");
}, 120_000);

afterAll(() => {
  rmSync(copy, { recursive: true, force: true });
});

describe("a package that was made by `pnpm new-package`", { timeout: 120_000 }, () => {
  it.each(MADE)("has all that its sisters have: %s", async (name) => {
    const files = ["package.json", "README.md", "LICENSE", "tsconfig.json", "tsup.config.ts", "src/index.ts"];
    expect(files.filter((file) => !existsSync(path.join(copy, "packages", name, file)))).toEqual([]);
    expect(readFileSync(path.join(copy, `.changeset/first-${name}.md`), "utf8")).toContain(`"@ttasks/${name}": minor`);
    const check = `
      const { checkFields } = await import("./scripts/packages/check-fields.ts");
      const { workspacePackages } = await import("./scripts/support/workspace.ts");
      const made = workspacePackages().find(({ folder }) => folder.endsWith(${JSON.stringify(name)}));
      checkFields(made, { add: (problem) => console.error(problem) });`;
    expect(await node("--import", "tsx", "--input-type=module", "--eval", check)).toEqual(silence);
  });

  it("compiles", async () => {
    expect(await bin("typescript/bin/tsc", "-p", "tsconfig.json", "--noEmit")).toEqual(silence);
  });

  it("keeps the import rules", async () => {
    const rules = await bin("dependency-cruiser/bin/dependency-cruise.mjs", "packages");
    expect(rules.output).toContain("no dependency violations found");
  });

  it("keeps the rules of the linter and of the formatter", async () => {
    const packages = MADE.map((name) => `packages/${name}`);
    expect(await bin("eslint/bin/eslint.js", "--max-warnings", "0", ...packages)).toEqual(silence);
    const files = [...packages, ".size-limit.json", "typedoc.json"];
    expect(await bin("prettier/bin/prettier.cjs", "--log-level=warn", "--check", ...files)).toEqual(silence);
  });

  it("passes its own tests", async () => {
    const projects = MADE.flatMap((name) => ["--project", `@ttasks/${name}`]);
    const tests = await bin("vitest/vitest.mjs", "run", "--reporter=default", ...projects);
    expect(tests.output).toMatch(/Test Files {2}2 passed \(2\)/);
  });
});

describe("`pnpm new-package`", () => {
  it.each([
    ["no name", []],
    ["a name that is no kind of package", ["pigeons"]],
    ["a name with other characters", ["store-../core"]],
    ["the name of a package that is there", [MADE[0]!]],
  ])("refuses %s", async (_, args) => {
    const { ok, output } = await newPackage(...args);
    expect(ok).toBe(false);
    expect(output).toContain("Usage: npx pnpm@12 new-package <name>");
  });
});

const silence: CommandResult = { ok: true, output: "", stdout: "" };

function newPackage(...args: string[]): Promise<CommandResult> {
  return node("--import", "tsx", "scripts/new-package.ts", ...args);
}

/** A program of a package of the workspace's root. */
function bin(file: string, ...args: string[]): Promise<CommandResult> {
  return node(path.join(root, "node_modules", file), ...args);
}

function node(...args: string[]): Promise<CommandResult> {
  const env = { NODE_OPTIONS: "", NO_COLOR: "1", FORCE_COLOR: undefined };
  return runCommand(process.execPath, args, { cwd: copy, env, timeoutMs: 120_000 });
}

function link(owner: string, name: string): void {
  const target = path.join(copy, "packages", owner, "node_modules/@ttasks", name);
  mkdirSync(path.dirname(target), { recursive: true });
  symlinkSync(path.join(copy, "packages", name), target, "junction");
}
