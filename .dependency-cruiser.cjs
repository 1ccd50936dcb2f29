/**
 * Which file may import which. The arrows are drawn in ARCHITECTURE.md; type imports count.
 *
 * @type {import("dependency-cruiser").IConfiguration}
 */

/** The folders of core, each with the folders that it may import beside itself. */
const coreLayers = {
  internal: [],
  errors: ["internal"],
  task: ["internal", "errors"],
  events: ["internal", "errors", "task"],
  handler: ["internal", "errors", "task", "events"],
  graph: ["internal", "errors", "task", "events"],
  export: ["task", "graph"],
  store: ["internal", "errors", "task", "graph"],
  executor: ["internal", "errors", "task", "events", "handler", "graph", "store"],
  recovery: ["internal", "errors", "task", "graph", "store"],
};

const layers = Object.entries(coreLayers).map(([folder, below]) => ({
  name: `core-layers-${folder}`,
  comment: `In core, ${folder} imports only: ${below.join(", ") || "nothing"}.`,
  severity: "error",
  from: { path: `^packages/core/src/${folder}/` },
  to: { path: "^packages/core/src/", pathNot: `^packages/core/src/(${[folder, ...below].join("|")})/` },
}));

// Bundled into the packages that use it, so that it is no dependency of theirs.
const bundled = "packages/node-support";
const plugIn = "(handlers-[^/]+|store-[^/]+|testkit)";

module.exports = {
  forbidden: [
    {
      name: "no-circular",
      comment: "No cycle, not even through a type import.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    ...layers,
    {
      name: "core-no-node",
      comment: "Core runs on any JavaScript runtime.",
      severity: "error",
      from: { path: "^packages/core/src/" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "core-no-dependency",
      comment: "Core imports nothing but itself.",
      severity: "error",
      from: { path: "^packages/core/src/" },
      to: { pathNot: "^packages/core/src/", dependencyTypesNot: ["core"] },
    },
    {
      name: "no-siblings",
      comment: "A handlers or store package, and the testkit, see core alone, and what is bundled into them.",
      severity: "error",
      from: { path: `^packages/${plugIn}/src/` },
      to: { path: "^(packages|apps)/", pathNot: ["^packages/($1|core)/", `^${bundled}/`] },
    },
    {
      name: "bundled-imports-nothing",
      comment: "What is bundled into packages imports Node alone.",
      severity: "error",
      from: { path: `^${bundled}/src/` },
      to: { pathNot: `^${bundled}/src/`, dependencyTypesNot: ["core"] },
    },
    {
      name: "no-siblings-in-tests",
      comment: "Their tests also see the testkit.",
      severity: "error",
      from: { path: `^packages/${plugIn}/test/` },
      to: { path: "^(packages|apps)/", pathNot: ["^packages/($1|core|testkit)/", `^${bundled}/`] },
    },
    {
      name: "no-benchmark-from-elsewhere",
      comment: "Nothing knows its benchmarks.",
      severity: "error",
      from: { path: "^(packages|apps)/" },
      to: { path: "^benchmarks/" },
    },
    {
      name: "no-app-from-package",
      comment: "Arrows point from apps to packages, and nothing else knows apps.",
      severity: "error",
      from: { path: "^(packages|benchmarks)/" },
      to: { path: "^apps/" },
    },
    {
      name: "no-deep-imports",
      comment: "Another package is imported by its name.",
      severity: "error",
      from: { path: "^(packages|apps)/([^/]+)/" },
      to: { path: "^(packages|apps)/[^/]+/", pathNot: ["^$1/$2/", "^packages/[^/]+/src/index[.]ts$"] },
    },
    {
      name: "no-deep-imports-in-benchmarks",
      comment: "The benchmarks know a package by its name.",
      severity: "error",
      from: { path: "^benchmarks/" },
      to: { path: "^packages/", pathNot: "^packages/[^/]+/src/index[.]ts$" },
    },
    {
      name: "no-relative-import-of-a-package",
      comment: "Another package is imported by its name, not by a path.",
      severity: "error",
      from: { path: "^(packages|apps)/([^/]+)/" },
      to: { path: "^(packages|apps)/[^/]+/", pathNot: "^$1/$2/", dependencyTypes: ["local"] },
    },
    {
      name: "examples-are-strangers",
      comment: "An example has no path out of its folder: it imports published packages by their names.",
      severity: "error",
      from: { path: "^examples/([^/]+)/" },
      to: { pathNot: "^examples/$1/", dependencyTypes: ["local"] },
    },
    {
      name: "examples-see-core-and-testkit",
      comment: "Examples extend ttasks by its core, and test with the testkit.",
      severity: "error",
      from: { path: "^examples/" },
      to: { path: "^(packages|apps)/", pathNot: "^packages/(core|testkit)/src/index[.]ts$" },
    },
    {
      name: "no-test-from-src",
      comment: "Sources do not know their tests.",
      severity: "error",
      from: { path: "^((packages|apps|examples)/[^/]+|benchmarks)/src/" },
      to: { path: "^((packages|apps|examples)/[^/]+|benchmarks)/test/" },
    },
    {
      name: "one-barrel",
      comment: "Inside a package the file itself is imported, not the index.",
      severity: "error",
      from: { path: "^packages/([^/]+)/src/" },
      to: { path: "^packages/$1/src/index[.]ts$" },
    },
    {
      name: "no-sub-barrel",
      comment: "A package has one index.",
      severity: "error",
      from: { path: "^packages/[^/]+/src/.+/index[.]ts$" },
      to: {},
    },
    {
      name: "not-resolvable",
      comment: "What is imported exists. What the examples import is not installed here.",
      severity: "error",
      from: { pathNot: "^examples/" },
      to: { couldNotResolve: true },
    },
    {
      name: "no-undeclared-dependency",
      comment: "A package imports only what its own package.json names.",
      severity: "error",
      from: { path: "^((packages|apps)/[^/]+|benchmarks)/src/" },
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"], dependencyTypesNot: ["npm-peer", "type-only"] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    combinedDependencies: false,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["source", "import", "node", "types"] },
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)(dist|[.]turbo)/|^apps/[^/]+/test/fixtures/" },
  },
};
