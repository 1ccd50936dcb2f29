import { defineConfig } from "vitest/config";
import { conditions, projects } from "./vitest.config.ts";

/** Long runs and large graphs, by `pnpm soak`: too heavy for every change. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  oxc: { target: "es2022" },
  test: {
    testTimeout: 1_800_000,
    hookTimeout: 120_000,
    fileParallelism: false,
    passWithNoTests: true,
    projects: projects().map(({ name, root }) => ({
      extends: true as const,
      test: {
        name,
        root,
        include: ["soak/**/*.soak.ts", "test/**/*.soak.ts"],
        execArgv: ["--max-old-space-size=2048", "--expose-gc"],
      },
    })),
  },
});
