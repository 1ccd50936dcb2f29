import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

/** What a transaction makes of files, by their paths in the folder: the new text, or `null` for a file that goes. */
export type Files = ReadonlyMap<string, string | null>;

/** Changes several files of a folder at once: all of them or none, also when the process is killed or the power is cut. */
export class Journal {
  readonly #folder: string;
  readonly #path: string;
  /** Whether a journal that may be there is not to be carried out. */
  #isWithdrawn = false;

  constructor(folder: string) {
    this.#folder = folder;
    this.#path = join(folder, "journal.json");
  }

  /** The transaction is made in the moment in which its journal is there. */
  commit(files: Files): void {
    if (this.#isWithdrawn) this.#remove();
    else this.carryOut();
    try {
      replaceFile(this.#path, JSON.stringify(Array.from(files)));
      flushFolder(this.#folder);
    } catch (error) {
      this.#withdraw();
      throw error;
    }
    try {
      this.carryOut();
    } catch {
      // What is left is done before the next transaction, or by who opens the folder next. They throw if it cannot be done.
    }
  }

  /** Brings the files to the state that the journal tells, if there is one. Whoever breaks off on the way can start again. */
  carryOut(): void {
    if (!existsSync(this.#path)) return;
    const files = JSON.parse(readFileSync(this.#path, "utf8")) as [file: string, text: string | null][];
    const folders = new Set(files.map(([file]) => join(this.#folder, dirname(file))));
    for (const folder of folders) mkdirSync(folder, { recursive: true });
    // They need not be replaced: whoever finds a half of one finds the journal as well.
    for (const [file, text] of files) {
      if (text === null) rmSync(join(this.#folder, file), { force: true });
      else writeFileSync(join(this.#folder, file), text);
    }
    // When all are written, because the system then flushes many at once.
    for (const [file, text] of files) if (text !== null) flush(join(this.#folder, file), "r+");
    for (const folder of [...folders, this.#folder]) flushFolder(folder);
    rmSync(this.#path);
  }

  /** The caller is told that nothing was done, so the journal must go, if it is there: now, or before the next transaction. */
  #withdraw(): void {
    this.#isWithdrawn = true;
    try {
      this.#remove();
    } catch {
      // A disk that fails twice.
    }
  }

  #remove(): void {
    rmSync(this.#path, { force: true });
    this.#isWithdrawn = false;
  }
}

/** Who opens the file finds the old text or the new one, never half of one. */
function replaceFile(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { flush: true });
  renameSync(`${path}.new`, path);
}

/** What was made, renamed or removed in a folder outlives a power cut from here on. Windows cannot do it, and does without. */
function flushFolder(folder: string): void {
  if (process.platform !== "win32") flush(folder, "r");
}

function flush(path: string, flags: "r" | "r+"): void {
  const handle = openSync(path, flags);
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
