import { realpathSync, statSync } from "node:fs";
import { resolve } from "node:path";

/** A look takes some microseconds, and holds for so long: it would be as late if the file were lost that much later. */
const FRESH_MS = 5;

/** The files that SQLite has open, the ledger and its log, and whether they are still what their paths lead to. */
export class OpenFile {
  readonly #files: readonly { readonly path: string; readonly file: string }[];
  #lookedAt = -Infinity;

  /** @param name - the name of a database that was read from; one that lies in memory alone is always in its place */
  constructor(name: string) {
    const path = resolve(name);
    const target = name === "" || name === ":memory:" ? undefined : targetOf(path);
    // SQLite has its log beside the file that a link leads to.
    const paths = target === undefined ? [] : [path, `${target}-wal`];
    this.#files = paths.flatMap((each) => {
      const file = fileAt(each);
      return file === undefined ? [] : [{ path: each, file }];
    });
  }

  /** Whether what is written to the files can be found by their paths, by a look that is at most a moment old. */
  isInPlace(): boolean {
    if (performance.now() - this.#lookedAt < FRESH_MS) return true;
    if (this.#files.some(({ path, file }) => fileAt(path) !== file)) return false;
    this.#lookedAt = performance.now();
    return true;
  }
}

function targetOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

/** What tells the file at a path from all others; `undefined` where there is none, or none that can be seen. */
function fileAt(path: string): string | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats && `${stats.dev}/${stats.ino}`;
  } catch {
    return undefined;
  }
}
