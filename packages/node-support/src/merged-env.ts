/** Environments laid over one another; a variable that is `undefined` in a later one is taken away. */
export function mergedEnv(
  layers: readonly Readonly<Record<string, string | undefined>>[],
): Record<string, string | undefined> {
  if (process.platform !== "win32") return Object.assign({}, ...layers) as Record<string, string | undefined>;
  // Windows takes `Path` and `PATH` for the same variable, and would be given both.
  const spellings = new Map<string, string>();
  const merged: Record<string, string | undefined> = {};
  for (const [name, value] of layers.flatMap((layer) => Object.entries(layer))) {
    const spelling = spellings.get(name.toUpperCase()) ?? name;
    spellings.set(name.toUpperCase(), spelling);
    merged[spelling] = value;
  }
  return merged;
}
