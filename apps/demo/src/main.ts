import { preflight } from "./preflight.ts";

const interrupt = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => interrupt.abort());
// Nobody reads on, as in `demo | head`.
process.stdout.on("error", () => interrupt.abort());

process.exitCode = await preflight(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  signal: interrupt.signal,
});
