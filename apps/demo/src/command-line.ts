import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { UserError } from "./user-error.ts";

/** What the user asks for. */
export interface CommandLine {
  readonly help: boolean;
  /** The folder of the repository to check: absolute. */
  readonly repository: string;
  /** The file of the ledger, absolute; `undefined` for the one of the repository. */
  readonly ledger: string | undefined;
  /** How many checks run at once; `undefined` for as many as the machine can run in parallel. */
  readonly concurrency: number | undefined;
  /** Whether nothing more starts once a check has failed. */
  readonly failFast: boolean;
  /** Whether a language model is asked what to do next. */
  readonly ai: boolean;
}

/** The repository that this program belongs to: found from its own place, which is two folders below the app's parent. */
const OWN_REPOSITORY = fileURLToPath(new URL("../../..", import.meta.url));

/** The answer to `--help`. */
export const HELP = `Preflight: runs the checks of a repository before you push it.

Usage: demo [options] [path]

Reads the package.json in <path> (default: the repository of this program),
takes from it the scripts that check something (types, lint, format, test,
build, docs), and runs them in parallel with the repository's own package
manager. A ledger keeps every run.

At the end GitHub Copilot is asked to recommend the next action. If you are
signed in to it, the results of the checks and the last lines of each one's
output (4,000 characters at most) are sent to it. If you are not, nothing is
sent, and only the recommendation is missing. It changes no exit code.

Options:
  -l, --ledger <file>      keep the ledger in this file
                           (default: node_modules/.cache/ttasks/preflight.db
                           in the repository)
  -c, --concurrency <n>    run at most n checks at once
                           (default: what the machine can run in parallel)
  -f, --fail-fast          start nothing more once a check has failed
      --no-ai              do not ask GitHub Copilot; send it nothing
  -h, --help               show this

A repository can name the scripts itself, in its package.json:
  "ttasks": { "preflight": ["types", "lint", "test:unit"] }

Exit codes: 0 all checks passed, 1 one did not, 2 wrong usage, 130 Ctrl-C.

Examples:
  demo ../my-app
  demo ../my-app --concurrency 1 --ledger ~/ledger.db
`;

const OPTIONS = {
  ledger: { type: "string", short: "l" },
  concurrency: { type: "string", short: "c" },
  "fail-fast": { type: "boolean", short: "f", default: false },
  "no-ai": { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

/**
 * Reads the arguments; paths are relative to `cwd`.
 *
 * @throws {UserError} for an option that does not exist or a value that is not as expected
 */
export function readCommandLine(argv: readonly string[], cwd: string): CommandLine {
  const { values, positionals } = parse(argv);
  const [repository, extra] = positionals;
  if (extra !== undefined) throw new UserError(`Expected one path, got two: ${positionals.join(" ")}`);
  if (repository === "" || values.ledger === "") throw new UserError("Expected a path, got an empty one");
  return {
    help: values.help,
    repository: repository === undefined ? path.resolve(OWN_REPOSITORY) : path.resolve(cwd, repository),
    ledger: values.ledger === undefined ? undefined : path.resolve(cwd, values.ledger),
    concurrency: values.concurrency === undefined ? undefined : readConcurrency(values.concurrency),
    failFast: values["fail-fast"],
    ai: !values["no-ai"],
  };
}

function parse(argv: readonly string[]) {
  // Package managers hand on the `--` of `pnpm demo -- --help`.
  const args = argv[0] === "--" ? argv.slice(1) : [...argv];
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // Its first sentence says what is wrong, the others how to pass a path that begins with a dash.
    throw new UserError(error.message.split(". ", 1)[0]);
  }
}

function readConcurrency(text: string): number {
  const concurrency = Number(text);
  if (!/^\d+$/.test(text) || concurrency < 1)
    throw new UserError(`Expected --concurrency to be a whole number from 1, got "${text}"`);
  return concurrency;
}
