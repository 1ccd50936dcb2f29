import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const textOf = (file: string): string => readFileSync(join(root, file), "utf8");
const { scripts } = JSON.parse(textOf("package.json")) as { readonly scripts: Readonly<Record<string, string>> };
const commandsOf = (script: string): string[] => (scripts[script] ?? "").split("&&").map((command) => command.trim());

/** Runs a program of the root's node_modules as the scripts do, in the repository. */
async function run(file: string, ...args: string[]): Promise<string> {
  const options = { cwd: root, maxBuffer: 2 ** 26, env: { ...process.env, NODE_OPTIONS: "" } };
  const { stdout } = await promisify(execFile)(process.execPath, [join(root, "node_modules", file), ...args], options);
  return stdout;
}

/** The files of these folders that a pattern fits, by their paths from the root. */
function filesOf(folders: readonly string[], pattern: RegExp): string[] {
  return folders
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((file) => join(folder, file)),
    )
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => pattern.test(file) && !/(^|\/)(node_modules|dist)\//.test(file))
    .sort();
}

const partsOf = (folder: string): string[] =>
  ["packages", "apps"].flatMap((group) => readdirSync(join(root, group)).map((name) => join(group, name, folder)));

describe("the development of ttasks", { timeout: 120_000 }, () => {
  it("needs npm alone: what a command calls is installed by it", () => {
    expect(textOf("pnpm-workspace.yaml")).toMatch(/^verifyDepsBeforeRun: install$/m);
    const installed = readdirSync(join(root, "node_modules/.bin")).map((file) => file.replace(/\.\w+$/, ""));
    const programs = Object.keys(scripts).flatMap((name) => commandsOf(name).map((command) => command.split(" ")[0]));
    expect(programs.length).toBeGreaterThan(15);
    expect(programs.filter((program = "") => !["node", "pnpm", ...installed].includes(program))).toEqual([]);
    // pnpm itself comes by npm's own npx, on a machine that has none.
    expect(textOf(".ci/run")).toContain('pnpm() { npx -y pnpm@12 "$@"; }');
    const page = textOf("CONTRIBUTING.md");
    const named = [...page.matchAll(/`npx pnpm@12 ([\w-]+)/g)].map(([, script = ""]) => script);
    expect(named.length).toBeGreaterThan(8);
    const ofPnpm = ["exec", "update", "changeset", "run"];
    expect(named.filter((script) => !ofPnpm.includes(script) && scripts[script] === undefined)).toEqual([]);
    expect(page).not.toMatch(/(^|`)pnpm [a-z]/m);
  });

  it("runs the full test suite by one command", async () => {
    expect(commandsOf("test")).toHaveLength(1);
    expect(scripts["test"]).toMatch(/^vitest run( --\S+)*$/);
    const listed = JSON.parse(await run("vitest/vitest.mjs", "list", "--filesOnly", "--json")) as { file: string }[];
    const ran = listed.map(({ file }) => relative(root, file).replaceAll("\\", "/")).sort();
    expect(ran).toEqual(filesOf([...partsOf("test"), "benchmarks/test", "scripts/test"], /\.test\.ts$/));
    expect(ran.length).toBeGreaterThan(80);
    expect(textOf(".ci/run")).toMatch(/^ {2}pnpm test$/m);
  });

  it("lints by one command, which has every check of style and imports in it", async () => {
    const parts = Object.keys(scripts).filter((name) => name.startsWith("lint:"));
    expect(commandsOf("lint").sort()).toEqual(parts.map((name) => `pnpm run ${name}`).sort());
    expect(parts.map((name) => scripts[name]?.split(" ")[0])).toEqual(
      expect.arrayContaining(["eslint", "prettier", "depcruise"]),
    );
    expect(textOf(".ci/run")).toMatch(/^part "lint" pnpm lint$/m);
    await expect(run("prettier/bin/prettier.cjs", "--check", "package.json")).resolves.toContain("Prettier code style");
  });

  it("checks the types of every source and every test by one command", async () => {
    const [whole = ""] = commandsOf("types");
    expect(whole).toBe("tsc -p tsconfig.json --noEmit");
    const listed = await run("typescript/bin/tsc", "-p", "tsconfig.json", "--listFilesOnly");
    const checked = new Set(listed.split(/\r?\n/).map((file) => relative(root, file).replaceAll("\\", "/")));
    const written = filesOf([...partsOf("src"), ...partsOf("test"), "scripts"], /\.ts$/);
    expect(written.filter((file) => !checked.has(file) && !file.startsWith("apps/demo/test/fixtures/"))).toEqual([]);
    expect(textOf(".ci/run")).toMatch(/^part "types" pnpm types$/m);
  });
});
