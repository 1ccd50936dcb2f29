import type { CommandLine } from "./command-line.ts";
import type { Comparison, Contender, Sample } from "./comparison.ts";
import type { Progress } from "./progress.ts";
import type { ComparisonReport } from "./report.ts";
import { runContender } from "./run-contender.ts";
import { runInterleaved } from "./run-interleaved.ts";
import { missingServer } from "./servers.ts";
import { tabulate } from "./tabulate.ts";

const DEFAULT_ROUNDS = 5;

/** Measures a comparison; `undefined` when none of its contenders is wanted. */
export async function measureComparison(
  comparison: Comparison,
  { rounds: asked = DEFAULT_ROUNDS, only }: Pick<CommandLine, "rounds" | "only">,
  progress: Progress,
): Promise<ComparisonReport | undefined> {
  const { id, title, note, minRounds = 1, maxRounds = Infinity } = comparison;
  const wanted = selectContenders(comparison.contenders, only);
  if (wanted.length === 0) return undefined;
  const skipped: string[] = [];
  const contenders: Contender[] = [];
  for (const contender of wanted) {
    const missing = await missingServer(contender);
    if (missing === undefined) contenders.push(contender);
    else skipped.push(missing);
  }
  const rounds = Math.min(maxRounds, Math.max(minRounds, asked));
  const samples = await runInterleaved(contenders, {
    rounds,
    run: (contender): Promise<Sample> => runContender(contender),
    onProcess: ({ name }, round) => progress.show(`${id}: ${name}, round ${round + 1} of ${rounds}`),
  });
  progress.clear();
  const table = tabulate(comparison, samples);
  return { id, title, note, rounds, table, skipped, samples: Object.fromEntries(samples) };
}

/** Those that are named, with the baselines that they are compared with. */
export function selectContenders(
  contenders: readonly Contender[],
  only: readonly string[] | undefined,
): readonly Contender[] {
  if (only === undefined) return contenders;
  const named = contenders.filter(({ name }) => only.includes(name));
  const baselines = new Set(named.map(({ against }) => against ?? contenders[0]!.name));
  return contenders.filter((contender) => named.includes(contender) || baselines.has(contender.name));
}
