import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import { SqliteStore } from "@ttasks/store-sqlite";
import { beforeAll, describe, expect, it } from "vitest";
import { fixtureFolder, fixtureRepository } from "./fixture-repository.ts";
import { runPreflight } from "./run-preflight.ts";

const PASSES = 'node -e "process.exit(0)"';
const FAILS = `node -e "console.log('first');console.error('1 problem');process.exit(3)"`;

const ledgerOf = (repository: string) => path.join(repository, "node_modules/.cache/ttasks/preflight.db");

beforeAll(() => {
  // The package managers that the fixtures use are dependencies of this app.
  const binaries = path.resolve(import.meta.dirname, "../node_modules/.bin");
  process.env["PATH"] = `${binaries}${path.delimiter}${process.env["PATH"] ?? ""}`;
});

describe("a preflight", () => {
  it.each([
    ["npm", { "package-lock.json": "{}" }],
    ["pnpm", { "pnpm-lock.yaml": "lockfileVersion: '9.0'\n" }],
    ["yarn", { "yarn.lock": "" }],
  ])("runs the scripts of a repository with %s", async (manager, files) => {
    const write = `node -e "require('fs').writeFileSync('agent.txt',process.env.npm_config_user_agent)"`;
    const repository = fixtureRepository({ name: "app", scripts: { types: PASSES, lint: PASSES, test: write } }, files);
    // The tests may themselves run under a package manager, whose variables must not reach the scripts.
    const { exitCode, stdout, stderr } = await runPreflight([repository], { env: process.env });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(new RegExp(`✔ test +done +.* 0 +${manager} run test`));
    expect(stdout).toContain("All checks passed: 3 done");
    expect(
      execFileSync("node", ["-p", "fs.readFileSync('agent.txt','utf8')"], { cwd: repository, encoding: "utf8" }),
    ).toMatch(new RegExp(`^${manager}/`));
  });

  it("fails with a failing script: exit code, last lines, what it blocks, and a row in the ledger", async () => {
    const repository = fixtureRepository({ name: "app", scripts: { lint: FAILS, test: PASSES, build: PASSES } });
    const { exitCode, stdout } = await runPreflight([repository]);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/✖ lint +failed .* 3 +exit code 3/);
    expect(stdout).toMatch(/✔ test +done/);
    expect(stdout).toMatch(/◌ build +blocked +– +– +needs lint/);
    expect(stdout).toMatch(/✖ lint: exit code 3 \(npm run lint\)\n(?: │.*\n)* │ first\n │ 1 problem\n/);
    expect(stdout).toContain("Not all checks passed: 1 failed, 1 blocked, 1 done");

    const store = new SqliteStore(ledgerOf(repository));
    try {
      const [graph] = store.graphs.find();
      expect(graph?.title).toBe("Preflight of app");
      expect(graph?.ok).toBe(false);
      const [lint] = store.tasks.find({ type: "bash", status: "failed" });
      expect(lint).toMatchObject({ title: "lint", payload: "npm run lint 2>&1", result: { exitCode: 3 } });
      expect(lint?.result?.output).toContain("1 problem");
    } finally {
      store.close();
    }
  });

  it("shows the history of a repository on the next run", async () => {
    const repository = fixtureRepository({ scripts: { lint: FAILS } });
    const first = await runPreflight([repository]);
    expect(first.stdout).not.toContain("Earlier runs");
    writeFileSync(path.join(repository, "package.json"), JSON.stringify({ scripts: { lint: PASSES } }));
    const second = await runPreflight([repository]);
    expect(second.stdout).toMatch(/Earlier runs\n.*\n \d{4}-\d\d-\d\d \d\d:\d\d +failed .*✖ lint .*\n\n/);
    const third = await runPreflight([repository]);
    expect(third.stdout).toMatch(/Earlier runs\n.*\n .* passed .*✔ lint .*\n .* failed .*✖ lint .*\n\n/);
  });

  it("keeps the history of each repository apart in a ledger that they share", async () => {
    const ledger = path.join(fixtureFolder(), "shared.db");
    const [one, other] = [PASSES, FAILS].map((lint) => fixtureRepository({ scripts: { lint } }));
    await runPreflight([one!, "--ledger", ledger]);
    expect((await runPreflight([other!, "--ledger", ledger])).stdout).not.toContain("Earlier runs");
    expect((await runPreflight([one!, "--ledger", ledger])).stdout).toMatch(/Earlier runs\n.*\n .* passed .*\n\n/);
    expect(existsSync(ledgerOf(one!))).toBe(false);
  });

  it("starts nothing more after a failure with --fail-fast", async () => {
    const repository = fixtureRepository({ scripts: { lint: FAILS, test: PASSES } });
    const { exitCode, stdout } = await runPreflight([repository, "--fail-fast", "--concurrency", "1"]);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/· test +not run/);
  });

  it("appends lines without control sequences where the output is piped", async () => {
    const color = "node -e \"console.log('\\u001b[31mred\\u001b[0m');process.exit(1)\"";
    const repository = fixtureRepository({ scripts: { lint: color } });
    const { stdout } = await runPreflight([repository]);
    expect(stdout.includes("\u001B")).toBe(false);
    expect(stdout).toMatch(/^▸ lint: npm run lint\n✖ lint: failed after .* \(exit code 1\)$/m);
    expect(stdout).toContain(" │ red\n");
  });

  it("draws a live list on a terminal and takes it away before the report", async () => {
    const repository = fixtureRepository({ name: "app", scripts: { lint: PASSES } });
    const { stdout } = await runPreflight([repository], { isTTY: true });
    // Each frame is one update of the screen.
    const [heading, firstFrame] = stdout.split("\u001B[?2026h");
    expect(stripVTControlCharacters(heading!)).toBe(`Preflight of app: 1 check in ${repository}\n\n`);
    expect(stripVTControlCharacters(firstFrame!)).toMatch(/^· lint +waits for a free place/);
    const report = stdout.slice(stdout.lastIndexOf("\u001B[?2026l"));
    expect(stripVTControlCharacters(report)).toMatch(/^ +Check +Status +Time +Exit +Note\n ✔ lint +done/);
  });

  it("leaves a git repository clean, though it ignores nothing", async () => {
    const repository = fixtureRepository({ scripts: { lint: PASSES } });
    const git = (...args: string[]) => execFileSync("git", args, { cwd: repository, encoding: "utf8" });
    git("init", "--quiet");
    await runPreflight([repository]);
    expect(git("status", "--short")).toBe("?? package.json\n");
  });

  it("reports what it has when it is broken off before it began", async () => {
    const repository = fixtureRepository({ scripts: { lint: PASSES } });
    const { exitCode, stdout } = await runPreflight([repository], { signal: AbortSignal.abort() });
    expect(exitCode).toBe(130);
    expect(stdout).toMatch(/· lint +not run/);
  });

  it("does not start itself for ever", async () => {
    const repository = fixtureRepository({ scripts: { lint: PASSES } });
    const { exitCode, stderr } = await runPreflight([repository], { env: { TTASKS_PREFLIGHT: repository } });
    expect(exitCode).toBe(2);
    expect(stderr).toContain("is running already");
  });
});

describe("wrong usage", () => {
  it("is told with exit code 2: an unknown option", async () => {
    const { exitCode, stdout, stderr } = await runPreflight(["--colour"]);
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 2,
      stdout: "",
      stderr: "✖ Unknown option '--colour'\n  Try --help.\n",
    });
  });

  it("is told with exit code 2: a folder without a package.json", async () => {
    const folder = fixtureFolder();
    const { exitCode, stderr } = await runPreflight([folder]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`There is no package.json in ${folder}`);
  });

  it("is told with exit code 2: a repository without checks", async () => {
    const { exitCode, stderr } = await runPreflight([fixtureRepository({ scripts: { start: PASSES } })]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/Nothing to check: .* has no script such as types, lint, test or build \(it has start\)/);
  });

  it("is told with exit code 2: a ledger that is none", async () => {
    const repository = fixtureRepository({ scripts: { lint: PASSES } });
    const { exitCode, stderr } = await runPreflight([repository, "--ledger", path.join(repository, "package.json")]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^✖ .*package\.json/);
  });

  it("is told with exit code 2: a package manager that is not installed", async () => {
    const repository = fixtureRepository({ scripts: { lint: PASSES } }, { "bun.lock": "" });
    const { exitCode, stderr } = await runPreflight([repository]);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: "✖ The repository uses bun, which is not on the PATH: see https://bun.sh\n  Try --help.\n",
    });
  });

  it("is explained by --help", async () => {
    const { exitCode, stdout } = await runPreflight(["--help"]);
    expect(exitCode).toBe(0);
    for (const option of ["--ledger", "--concurrency", "--fail-fast", "--no-ai", "--help"])
      expect(stdout).toContain(option);
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });
});
