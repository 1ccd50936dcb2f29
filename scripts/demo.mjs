// Builds what the demo needs (JavaScript only, cached) and runs it in this process with the arguments given.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const turbo = createRequire(import.meta.url).resolve("turbo/bin/turbo");
const args = ["run", "build:js", "--filter=@ttasks/demo...", "--output-logs=errors-only"];
const build = spawnSync(process.execPath, [turbo, ...args], {
  cwd: root,
  encoding: "utf8",
  env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1" },
});
if (build.status !== 0) {
  process.stderr.write(`${build.stdout ?? ""}${build.stderr ?? ""}The build of the demo failed.\n`);
  process.exit(1);
}

// pnpm starts scripts in the root; paths are meant from where the user stands.
if (process.env.npm_lifecycle_event === "demo" && process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);
const main = path.join(root, "apps/demo/dist/main.js");
process.argv[1] = main;
await import(pathToFileURL(main).href);
