import type { Contender, Sample, Samples } from "./comparison.ts";

/** How contenders are run. */
export interface InterleavedOptions {
  readonly rounds: number;
  readonly run: (contender: Contender) => Promise<Sample>;
  /** Told before each process, with the place of it in the whole. */
  readonly onProcess?: ((contender: Contender, round: number) => void) | undefined;
  /** Whether the baseline takes turns as well, instead of opening each round. */
  readonly rotatesAll?: boolean | undefined;
}

/**
 * Runs each contender once a round, the first one first and the others in an order that rotates: so whatever else the machine does falls
 * on all of them.
 */
export async function runInterleaved(
  contenders: readonly Contender[],
  { rounds, run, onProcess, rotatesAll = false }: InterleavedOptions,
): Promise<Samples> {
  const samples = new Map<string, Sample[]>(contenders.map(({ name }) => [name, []]));
  const fixed = rotatesAll ? 0 : 1;
  for (let round = 0; round < rounds; round++) {
    for (const contender of [...contenders.slice(0, fixed), ...rotate(contenders.slice(fixed), round)]) {
      onProcess?.(contender, round);
      samples.get(contender.name)!.push(await run(contender));
    }
  }
  return samples;
}

function rotate<T>(items: readonly T[], by: number): T[] {
  const start = items.length === 0 ? 0 : by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}
