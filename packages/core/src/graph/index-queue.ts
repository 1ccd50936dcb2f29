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
    // The list keeps its length: to grow it anew each time would cost more than all else.
    if (this.isEmpty) this.#head = this.#tail = 0;
    return index;
  }
}
