/** Two values at the same place that are not the same. */
export interface Difference {
  /** Where, like `tasks[0].title`; empty for the values themselves. */
  readonly path: string;
  readonly actual: unknown;
  readonly expected: unknown;
}

/** More would not make anything clearer. */
const MAX_DIFFERENCES = 5;

/** Where two values of documents differ: the first places only. Properties that are `undefined` count as absent. */
export function findDifferences(actual: unknown, expected: unknown): readonly Difference[] {
  const found: Difference[] = [];
  compare({ path: "", actual, expected }, found);
  return found;
}

function compare(pair: Difference, found: Difference[]): void {
  if (found.length >= MAX_DIFFERENCES) return;
  const parts = partsOf(pair);
  if (parts) for (const part of parts) compare(part, found);
  else if (!isSame(pair)) found.push(pair);
}

/** What both are made of; nothing when they are not of one make. */
function partsOf({ path, actual, expected }: Difference): Difference[] | undefined {
  if (Array.isArray(actual) && Array.isArray(expected)) {
    if (actual.length !== expected.length) return undefined;
    return actual.map((value: unknown, index) => ({
      path: `${path}[${index}]`,
      actual: value,
      expected: expected[index] as unknown,
    }));
  }
  if (!isRecord(actual) || !isRecord(expected)) return undefined;
  const keys = new Set([...Object.keys(actual), ...Object.keys(expected)]);
  return Array.from(keys, (key) => ({
    path: path === "" ? key : `${path}.${key}`,
    actual: own(actual, key),
    expected: own(expected, key),
  }));
}

function isSame({ actual, expected }: Difference): boolean {
  if (actual instanceof Date && expected instanceof Date) return Object.is(actual.getTime(), expected.getTime());
  return Object.is(actual, expected);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return Object.prototype.toString.call(value) === "[object Object]";
}

/** `__proto__` and the like are keys as any other. */
function own(record: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
