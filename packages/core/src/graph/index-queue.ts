/** First in, first out. */
export class IndexQueue {
  readonly #indexes: number[] = [];
  #head = 0;
  #tail = 0;

  get isEmpty(): boolean {
    return this.#head === this.#tail;
  }

  push(index: number): void {
    this.#indexes[this.#tail++] = index;
  }

  take(): number {
    const index = this.#indexes[this.#head++] as number;
    if (this.isEmpty) this.clear();
    return index;
  }

  clear(): void {
    // The list keeps its length: to grow it anew each time would cost more than all else.
    this.#head = this.#tail = 0;
  }
}
