/** First in, first out. What has left keeps its place: every index enters at most once. */
export class IndexQueue {
  readonly #indexes: Int32Array;
  #head = 0;
  #tail = 0;

  constructor(size: number) {
    this.#indexes = new Int32Array(size);
  }

  get isEmpty(): boolean {
    return this.#head === this.#tail;
  }

  push(index: number): void {
    this.#indexes[this.#tail++] = index;
  }

  take(): number {
    return this.#indexes[this.#head++] as number;
  }

  clear(): void {
    this.#head = this.#tail;
  }
}
