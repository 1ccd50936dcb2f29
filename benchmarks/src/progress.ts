/** Tells on stderr what is being measured: on a terminal in one line, which is overwritten. */
export class Progress {
  readonly #isTerminal = process.stderr.isTTY;

  show(line: string): void {
    const { columns } = process.stderr;
    process.stderr.write(this.#isTerminal ? `\r\u001B[2K${line.slice(0, columns - 1)}` : `${line}\n`);
  }

  clear(): void {
    if (this.#isTerminal) process.stderr.write("\r\u001B[2K");
  }
}
