import { defineConfig } from "tsup";

/** The build of every package: one ES module and one declaration file. Only this file knows the bundler. */
export const library: ReturnType<typeof defineConfig> = defineConfig((flags) => ({
  entry: ["src/index.ts"],
  format: ["esm"],
  target: "es2022",
  platform: "neutral",
  // `tsup --no-dts` (the quick build of the demo) leaves what a full build wrote beside it.
  clean: flags.dts !== false,
  dts: { compilerOptions: { ignoreDeprecations: "6.0", customConditions: [] } },
  sourcemap: true,
  splitting: false,
  minify: false,
}));
