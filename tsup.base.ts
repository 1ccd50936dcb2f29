import { defineConfig } from "tsup";

// Only this file knows the bundler.
const base = {
  format: "esm",
  target: "es2022",
  removeNodeProtocol: false,
  splitting: false,
  minify: false,
} as const;

/** The build of every package: one ES module and one declaration file. */
export const library: ReturnType<typeof defineConfig> = defineConfig((flags) => ({
  ...base,
  entry: ["src/index.ts"],
  // `tsup --no-dts`, the quick build of the demo, leaves what a full build wrote beside it.
  clean: flags.dts !== false,
  dts: { compilerOptions: { ignoreDeprecations: "6.0", customConditions: [] } },
  sourcemap: true,
  // Not published: each package carries what it uses of it.
  noExternal: ["@ttasks/node-support"],
}));

/** The build of programs that lie side by side: an ES module each. */
export function programs(entry: string[]): ReturnType<typeof defineConfig> {
  return defineConfig({ ...base, entry, clean: true });
}

/** The build of an app: one ES module. */
export const app: ReturnType<typeof defineConfig> = defineConfig({ ...base, entry: ["src/main.ts"], clean: true });
