import path from "node:path";
import { UserError } from "./user-error.ts";

/** Which repositories are being checked by the programs above this one. */
const GUARD = "TTASKS_PREFLIGHT";

/** What the package manager that started this program says of this program, not of the scripts that it starts. */
const NOT_FOR_SCRIPTS =
  /^(INIT_CWD|PNPM_SCRIPT_SRC_DIR|npm_(command|execpath|node_execpath|config_(local_prefix|user_agent)|(lifecycle|package)_.*))$/;

/**
 * The variables that the scripts of a repository get on top of those of this process: as in CI, where test runners do not watch
 * and nobody answers questions.
 *
 * @throws {UserError} when a check of this very repository has started this program: it would start itself for ever
 */
export function scriptEnvironment(env: NodeJS.ProcessEnv, repository: string): Record<string, string | undefined> {
  const running = env[GUARD]?.split(path.delimiter) ?? [];
  if (running.includes(repository))
    throw new UserError(`A preflight of ${repository} is running already, and one of its checks starts it again`);
  return {
    ...Object.fromEntries(Object.keys(env).flatMap((name) => (NOT_FOR_SCRIPTS.test(name) ? [[name, undefined]] : []))),
    CI: env["CI"] ?? "true",
    [GUARD]: [...running, repository].join(path.delimiter),
  };
}
