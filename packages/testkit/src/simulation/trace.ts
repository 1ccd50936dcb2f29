/** So much of the end of a seed is shown when it fails. */
const MAX_LINES = 60;

/** What core makes where it is given no id. */
const GENERATED_ID = /[0-9a-f]{20}-[0-9a-z]+/g;

/** What happened in a seed, line by line: the end of it, and a hash of all, by which two runs of one seed are compared. */
export class Trace {
  readonly #lines: string[] = [];
  readonly #listener: ((line: string) => void) | undefined;
  readonly #aliases = new Map<string, string>();
  #hash = 0x811c9dc5;
  /** How many steps have been made. */
  step = 0;

  /** @param listener - is told each line */
  constructor(listener?: (line: string) => void) {
    this.#listener = listener;
  }

  /** The newest lines, oldest first. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** Stands for all lines. */
  get hash(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, "0");
  }

  /** Adds a line to what happens in this step. */
  add(text: string): void {
    const line = `${this.step}: ${this.named(text)}`;
    for (let at = 0; at < line.length; at++) this.#hash = Math.imul(this.#hash ^ line.charCodeAt(at), 0x01000193);
    if (this.#lines.push(line) > MAX_LINES) this.#lines.shift();
    this.#listener?.(line);
  }

  /** The text with short names for the ids that are others each time: the same in each run of the seed. */
  named(text: string): string {
    return text.replace(GENERATED_ID, (id) => {
      let alias = this.#aliases.get(id);
      if (alias === undefined) this.#aliases.set(id, (alias = `id-${this.#aliases.size + 1}`));
      return alias;
    });
  }
}
