/** What a check has found wrong. The process fails when there is anything. */
export class Findings {
  readonly #name: string;
  readonly #problems: string[] = [];

  constructor(name: string) {
    this.#name = name;
  }

  add(problem: string): void {
    this.#problems.push(problem);
  }

  /** Prints the problems, or the summary when there is none, and sets the exit code. */
  report(summary: string): void {
    for (const problem of this.#problems) console.error(`✗ ${problem}`);
    if (this.#problems.length === 0) console.log(`✓ ${this.#name}: ${summary}`);
    else console.error(`${this.#name}: ${this.#problems.length} problem(s)`);
    process.exitCode = this.#problems.length === 0 ? 0 : 1;
  }
}
