import jsdoc from "eslint-plugin-jsdoc";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

const typescript = ["**/*.ts"];
const packageSources = ["packages/*/src/**/*.ts"];
const exampleSources = ["examples/*/src/**/*.ts"];
const sources = [
  ...packageSources,
  ...exampleSources,
  "apps/*/src/**/*.ts",
  "benchmarks/src/**/*.ts",
  "scripts/**/*.ts",
];
const tests = ["packages/*/test/**/*.ts", "apps/*/test/**/*.ts", "benchmarks/test/**/*.ts"];

/** A setter needs no words beside those of its getter, and a constructor none beside those of its class. */
const publicMethod =
  'MethodDefinition[kind=/^(method|get)$/][key.type!="PrivateIdentifier"][accessibility!="private"][override!=true]';

/** Small files, small functions: no file of ours is exempt. */
const size = {
  files: sources,
  rules: {
    "max-lines": ["error", { max: 300, skipBlankLines: true, skipComments: true }],
    "max-lines-per-function": ["error", { max: 60, skipBlankLines: true, skipComments: true, IIFEs: true }],
    complexity: ["error", 12],
  },
};

/** Every export of a package says what it gives. */
const documentation = {
  files: [...packageSources, ...exampleSources],
  plugins: { jsdoc },
  settings: { jsdoc: { mode: "typescript" } },
  rules: {
    "jsdoc/require-jsdoc": [
      "error",
      {
        publicOnly: true,
        checkConstructors: false,
        enableFixer: false,
        exemptOverloadedImplementations: true,
        require: {
          ArrowFunctionExpression: true,
          ClassDeclaration: true,
          ClassExpression: true,
          FunctionDeclaration: true,
          FunctionExpression: true,
        },
        contexts: [
          "ExportNamedDeclaration > VariableDeclaration",
          "TSInterfaceDeclaration",
          "TSTypeAliasDeclaration",
          publicMethod,
        ],
      },
    ],
    "jsdoc/require-description": [
      "error",
      {
        descriptionStyle: "body",
        contexts: [
          "ClassDeclaration",
          "FunctionDeclaration",
          "TSInterfaceDeclaration",
          "TSTypeAliasDeclaration",
          publicMethod,
        ],
      },
    ],
    "jsdoc/check-param-names": ["error", { checkDestructured: false, disableMissingParamChecks: true }],
    "jsdoc/no-types": "error",
    "jsdoc/empty-tags": "error",
    "jsdoc/check-tag-names": ["error", { definedTags: ["typeParam", "remarks", "packageDocumentation"] }],
  },
};

export default defineConfig(
  globalIgnores([
    "**/dist/**",
    "**/.turbo/**",
    "**/.cache/**",
    "site/**",
    "apps/*/test/fixtures/**",
    "**/*.cjs",
    "**/*.js",
    "**/*.mjs",
  ]),
  {
    files: typescript,
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname } },
    linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-restricted-syntax": [
        "error",
        { selector: "ExportDefaultDeclaration", message: "Export by name." },
        {
          selector: "MemberExpression[object.name=/^(describe|it|test)$/][property.name='only']",
          message: "A test with .only hides all others.",
        },
      ],
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/consistent-type-exports": "error",
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      // With unchecked indexed access reported, `!` is the honest word for an index that is known to be there.
      "@typescript-eslint/no-non-null-assertion": "off",
      // A method may be there for its signature alone, and a class for its type.
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/no-extraneous-class": "off",
      "@typescript-eslint/no-unnecessary-type-parameters": "off",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-invalid-void-type": "off",
      // The checks of input that come from untyped callers look unnecessary to the types.
      "@typescript-eslint/no-unnecessary-condition": "off",
      "@typescript-eslint/unified-signatures": "off",
    },
  },
  {
    // Third-party packages, which this workspace does not install: the compiler sees them in `scripts/packages/check-examples.ts`.
    files: ["examples/**/*.ts"],
    extends: [tseslint.configs.disableTypeChecked],
  },
  { files: [...packageSources, ...exampleSources], rules: { "no-console": "error" } },
  size,
  documentation,
  {
    // Tool configuration: the tools ask for a default export.
    files: ["*.ts", "packages/*/tsup.config.ts", "apps/*/tsup.config.ts", "benchmarks/tsup.config.ts"],
    rules: { "no-restricted-syntax": "off" },
  },
  {
    files: ["**/{utils,util,helpers,helper,types,constants,misc,common}.ts"],
    rules: {
      "no-restricted-syntax": ["error", { selector: "Program", message: "Name the file after its main export." }],
    },
  },
  {
    files: tests,
    rules: {
      "@typescript-eslint/explicit-module-boundary-types": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-return": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/unbound-method": "off",
      "@typescript-eslint/no-empty-function": "off",
      "@typescript-eslint/only-throw-error": "off",
      "@typescript-eslint/prefer-promise-reject-errors": "off",
      "@typescript-eslint/no-unused-expressions": "off",
      "@typescript-eslint/no-dynamic-delete": "off",
      "@typescript-eslint/no-base-to-string": "off",
    },
  },
);
