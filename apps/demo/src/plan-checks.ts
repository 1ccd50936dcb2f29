import type { Repository } from "./read-repository.ts";
import { UserError } from "./user-error.ts";

/** A script of a repository that is to be run, and those that come before it. */
export interface Check {
  /** The name of the script, which is the name of the check. */
  readonly script: string;
  /** The scripts that must have succeeded. */
  readonly after: readonly string[];
}

type Role = "types" | "lint" | "format" | "test" | "build" | "docs";

/**
 * What a script is for, by its name: of several names the first counts. What reads the sources only comes first, all at once;
 * tests wait for the types, as it is of no use to test what does not compile; the build waits for all these, also so that it
 * does not change what the tests run on; documentation is often made of what was built.
 */
const ROLES: Readonly<Record<Role, { readonly scripts: readonly string[]; readonly after: readonly Role[] }>> = {
  types: {
    scripts: ["types", "typecheck", "type-check", "types:check", "check-types", "check:types", "tsc"],
    after: [],
  },
  lint: { scripts: ["lint", "lint:check", "check:lint", "eslint"], after: [] },
  format: {
    scripts: ["format:check", "check:format", "format-check", "check-format", "prettier:check", "fmt:check"],
    after: [],
  },
  test: { scripts: ["test", "tests", "test:unit", "unit", "test:ci"], after: ["types"] },
  build: { scripts: ["build", "compile"], after: ["types", "lint", "format", "test"] },
  docs: { scripts: ["docs:check", "check:docs", "docs:build", "build:docs"], after: ["build"] },
};
const ROLE_NAMES = Object.keys(ROLES) as readonly Role[];

/** What `npm init` writes. */
const NO_TESTS = /^echo "Error: no test specified" && exit 1$/;

/**
 * The checks of a repository: the scripts that it names itself, else those whose names are known.
 *
 * @throws {UserError} when there is none
 */
export function planChecks(repository: Repository): readonly Check[] {
  const byRole = repository.preflight ? rolesOf(repository.preflight) : knownScripts(repository.scripts);
  if (byRole.length === 0) throw new UserError(noChecks(repository));
  return byRole.map(({ script, role }) => ({ script, after: role ? scriptsBefore(role, byRole) : [] }));
}

interface ScriptInRole {
  readonly script: string;
  readonly role: Role | undefined;
}

function knownScripts(scripts: Repository["scripts"]): readonly ScriptInRole[] {
  return ROLE_NAMES.flatMap((role) => {
    const script = ROLES[role].scripts.find((name) => Object.hasOwn(scripts, name) && !NO_TESTS.test(scripts[name]!));
    return script === undefined ? [] : [{ script, role }];
  });
}

function rolesOf(scripts: readonly string[]): readonly ScriptInRole[] {
  return scripts.map((script) => ({ script, role: ROLE_NAMES.find((role) => isInRole(script, role)) }));
}

/** `test:quick` is a test as well, though it would not be taken by itself. */
function isInRole(script: string, role: Role): boolean {
  return ROLES[role].scripts.includes(script) || script.startsWith(`${role}:`);
}

function scriptsBefore(role: Role, all: readonly ScriptInRole[]): readonly string[] {
  const before = ROLES[role].after;
  return all.flatMap((other) => (other.role && before.includes(other.role) ? [other.script] : []));
}

function noChecks({ path, scripts }: Repository): string {
  const names = Object.keys(scripts);
  const there = names.length === 0 ? "it has no scripts" : `it has ${names.join(", ")}`;
  return (
    `Nothing to check: the package.json in ${path} has no script such as types, lint, test or build (${there}).\n` +
    'Name the scripts that are checks in it: "ttasks": { "preflight": ["…"] }'
  );
}
