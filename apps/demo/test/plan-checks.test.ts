import { describe, expect, it } from "vitest";
import { planChecks } from "../src/plan-checks.ts";
import { UserError } from "../src/user-error.ts";

const plan = (scripts: Readonly<Record<string, string>>, preflight?: readonly string[]) =>
  planChecks({ path: "/app", name: "app", scripts, preflight });

const scriptsNamed = (...names: string[]) => Object.fromEntries(names.map((name) => [name, "true"]));

describe("the plan", () => {
  it("starts with types, lint and format, then tests, then builds, then makes the documentation", () => {
    expect(plan(scriptsNamed("docs:build", "build", "test", "format:check", "lint", "typecheck"))).toEqual([
      { script: "typecheck", after: [] },
      { script: "lint", after: [] },
      { script: "format:check", after: [] },
      { script: "test", after: ["typecheck"] },
      { script: "build", after: ["typecheck", "lint", "format:check", "test"] },
      { script: "docs:build", after: ["build"] },
    ]);
  });

  it("waits only for checks that are there", () => {
    expect(plan(scriptsNamed("test", "build"))).toEqual([
      { script: "test", after: [] },
      { script: "build", after: ["test"] },
    ]);
  });

  it.each(["types", "typecheck", "type-check", "check-types", "check:types", "tsc"])("takes %s for types", (script) => {
    expect(plan(scriptsNamed("test", script))).toEqual([
      { script, after: [] },
      { script: "test", after: [script] },
    ]);
  });

  it("runs one script of several that are for the same", () => {
    expect(
      plan(scriptsNamed("test:unit", "test", "prettier:check", "check:format")).map(({ script }) => script),
    ).toEqual(["check:format", "test"]);
  });

  it("leaves out what changes files, starts servers or is no check", () => {
    const scripts = scriptsNamed(
      "lint",
      "format",
      "lint:fix",
      "dev",
      "start",
      "docs",
      "release",
      "demo",
      "postinstall",
    );
    expect(plan(scripts)).toEqual([{ script: "lint", after: [] }]);
  });

  it("leaves out the test script of `npm init`", () => {
    const scripts = { lint: "eslint .", test: 'echo "Error: no test specified" && exit 1' };
    expect(plan(scripts)).toEqual([{ script: "lint", after: [] }]);
  });

  it("takes the scripts that the package.json names, each in the place that its name tells", () => {
    const scripts = scriptsNamed("types", "lint", "test", "test:quick", "licenses", "build");
    expect(plan(scripts, ["licenses", "test:quick", "types"])).toEqual([
      { script: "licenses", after: [] },
      { script: "test:quick", after: ["types"] },
      { script: "types", after: [] },
    ]);
  });

  it.each<Readonly<Record<string, string>>>([{}, { start: "node ." }, { constructor: "true" }])(
    "refuses a repository that has only %j",
    (scripts) => {
      expect(() => plan(scripts)).toThrow(UserError);
      expect(() => plan(scripts)).toThrow(/^Nothing to check: the package\.json in \/app has no script such as/);
    },
  );
});
