import path from "node:path";
import { describe, expect, it } from "vitest";
import { detectPackageManager } from "../src/detect-package-manager.ts";
import { fixtureRepository } from "./fixture-repository.ts";

describe("the package manager of a repository", () => {
  it.each([
    ["pnpm-lock.yaml", "pnpm"],
    ["yarn.lock", "yarn"],
    ["bun.lock", "bun"],
    ["package-lock.json", "npm"],
  ])("with a %s is %s", async (lockfile, manager) => {
    expect(await detectPackageManager(fixtureRepository({}, { [lockfile]: "" }))).toBe(manager);
  });

  it("is the one that its package.json names, whatever lockfile lies about", async () => {
    const repository = fixtureRepository({ packageManager: "pnpm@10.0.0+sha512.abc" }, { "package-lock.json": "{}" });
    expect(await detectPackageManager(repository)).toBe("pnpm");
  });

  it("is npm where nothing tells", async () => {
    const repository = fixtureRepository({ packageManager: "npmx@1" }, { ".git/HEAD": "" });
    expect(await detectPackageManager(repository)).toBe("npm");
  });

  it("is that of the workspace for a package in it", async () => {
    const workspace = fixtureRepository({}, { "yarn.lock": "", ".git/HEAD": "", "packages/a/package.json": "{}" });
    expect(await detectPackageManager(path.join(workspace, "packages/a"))).toBe("yarn");
  });

  it("is not looked for above the git repository", async () => {
    const outer = fixtureRepository({}, { "yarn.lock": "", "inner/.git/HEAD": "", "inner/package.json": "{}" });
    expect(await detectPackageManager(path.join(outer, "inner"))).toBe("npm");
  });
});
