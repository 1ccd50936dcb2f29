import type { CommandLine } from "./command-line.ts";
import { CHECK_HEAD, judgeCheck, type CheckVerdict } from "./judge-check.ts";
import { defaultRef, prepareRef } from "./prepare-ref.ts";
import { Progress } from "./progress.ts";
import { renderTable } from "./render-table.ts";
import { root } from "./report.ts";
import { runContender } from "./run-contender.ts";
import { runInterleaved } from "./run-interleaved.ts";
import { checkContenders, checkRows } from "./suites/check.ts";

const MIN_PAIRS = 15;

/**
 * Compares the packages of this tree with those of a git ref, in pairs of processes that run one after the other; which of the two is
 * first changes with each pair. Says whether all rows are within what is allowed.
 */
export async function checkRef({ ref, rounds = MIN_PAIRS, maxSlower }: CommandLine): Promise<boolean> {
  const name = ref ?? defaultRef(root);
  const progress = new Progress();
  progress.show(`building ${name}`);
  const before = prepareRef(root, name);
  try {
    const verdicts: CheckVerdict[] = [];
    for (const row of checkRows) {
      const contenders = checkContenders(row, { before: before.root, now: root });
      const samples = await runInterleaved(contenders, {
        rounds,
        rotatesAll: true,
        run: (contender) => runContender(contender),
        onProcess: (_, round) => progress.show(`${row.title}: pair ${round + 1} of ${rounds}`),
      });
      verdicts.push(judgeCheck(row, samples, maxSlower));
    }
    progress.clear();
    const isFine = verdicts.every(({ isSlower }) => !isSlower);
    process.stdout.write(
      `\nThis tree against ${name}${name === before.commit ? "" : ` (${before.commit})`}, medians of ${rounds} pairs\n\n`,
    );
    process.stdout.write(renderTable({ head: CHECK_HEAD, rows: verdicts.map(({ cells }) => cells) }));
    process.stdout.write(
      isFine ? "\n Nothing is slower than allowed.\n" : "\n Slower than allowed: see the rows with ✗.\n",
    );
    return isFine;
  } finally {
    before.remove();
  }
}
