import { parseArgs } from "node:util";

/** What is asked for. */
export interface CommandLine {
  readonly help: boolean;
  /** The suites, in the order of the words; none for all. */
  readonly suites: readonly string[];
  readonly rounds: number | undefined;
  /** Names of contenders; the baseline is measured with them. */
  readonly only: readonly string[] | undefined;
  /** Whether this tree is compared with another state of the repository. */
  readonly check: boolean;
  /** That state; `undefined` for the default. */
  readonly ref: string | undefined;
  readonly maxSlower: number | undefined;
  /** Whether the README gets the figures of the last reports. */
  readonly write: boolean;
}

/** The answer to `--help`. */
export const HELP = `Measures ttasks, its floors and its peers side by side.

Usage: bench [options] [suite...]
       bench --check [ref] [options]
       bench --write

Suites: dag, scale, ledger, shell, startup (default: all)

Options:
  --rounds <n>        how often each contender is measured (default: 5; --check: 15)
  --only <names>      measure only these contenders and their baselines, divided by commas
  --check             compare this tree with a git ref (default: the last tag, else where
                      the branch began, else the commit before); exit code 1 when it is slower
  --max-slower <n>    what --check allows, in percent (default: 10, ledger 20)
  --write             put the figures of .reports/bench-*.json into benchmarks/README.md
  --help              show this

Environment: BENCH_DIR (folder for ledgers, on a real disk), REDIS_URL, DATABASE_URL
`;

const OPTIONS = {
  rounds: { type: "string" },
  only: { type: "string" },
  check: { type: "boolean", default: false },
  "max-slower": { type: "string" },
  write: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

/**
 * Reads the arguments.
 *
 * @throws {TypeError} for one that is not as expected.
 */
export function readCommandLine(argv: readonly string[], suites: readonly string[]): CommandLine {
  // Package managers hand on the `--` of `pnpm bench -- --help`.
  const args = argv[0] === "--" ? argv.slice(1) : [...argv];
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  const unknown = positionals.find((name) => !suites.includes(name));
  if (values.check && positionals.length > 1) throw new TypeError(`Expected one ref, got ${positionals.join(" ")}`);
  if (!values.check && unknown !== undefined)
    throw new TypeError(`Expected suites of ${suites.join(", ")}, got "${unknown}"`);
  return {
    help: values.help,
    suites: values.check ? [] : positionals,
    rounds: readNumber("--rounds", values.rounds, 1),
    only: values.only?.split(",").map((name) => name.trim()),
    check: values.check,
    ref: values.check ? positionals[0] : undefined,
    maxSlower: readNumber("--max-slower", values["max-slower"], 0),
    write: values.write,
  };
}

function readNumber(option: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least)
    throw new TypeError(`Expected ${option} to be a whole number from ${least}, got "${text}"`);
  return value;
}
