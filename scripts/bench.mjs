// Builds what the benchmarks need (JavaScript only, cached) and runs them in this process with the arguments given.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const turbo = createRequire(import.meta.url).resolve("turbo/bin/turbo");
const args = ["run", "build:js", "--filter=@ttasks/benchmarks...", "--output-logs=errors-only"];
const build = spawnSync(process.execPath, [turbo, ...args], {
  cwd: root,
  encoding: "utf8",
  env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1" },
});
if (build.status !== 0) {
  process.stderr.write(`${build.stdout ?? ""}${build.stderr ?? ""}The build of the benchmarks failed.\n`);
  process.exit(1);
}
await import(pathToFileURL(path.join(root, "benchmarks/dist/bench.js")).href);
