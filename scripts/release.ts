/** Publishes what npm does not have yet, and tags it. It is run by `.github/workflows/release.yml` and refuses to run elsewhere. */
import { spawnSync } from "node:child_process";

const PUBLISH = ["publish", "--recursive", "--access", "public", "--provenance", "--no-git-checks"];

if (process.env["GITHUB_ACTIONS"] !== "true") {
  console.error("Packages are published by .github/workflows/release.yml alone: their provenance needs it.");
  process.exitCode = 1;
} else {
  run("turbo", "run", "build", "--output-logs=errors-only");
  run("pnpm", ...PUBLISH);
  // The workflow reads the names of the new tags from what this prints.
  run("changeset", "tag");
}

function run(program: string, ...args: string[]): void {
  const { status, error } = spawnSync(program, args, { stdio: "inherit" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} failed`, { cause: error });
}
