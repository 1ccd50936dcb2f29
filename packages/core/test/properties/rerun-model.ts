import type { EdgeCondition } from "@ttasks/core";

/** A task of a random graph whose handler fails so many times, whoever calls it, and succeeds from then on. */
export interface StubbornTask {
  /** The indexes of its dependencies, all lower than its own, with their conditions. */
  readonly after: readonly (readonly [index: number, on: EdgeCondition])[];
  readonly finally: boolean;
  readonly required: boolean;
  readonly failures: number;
  /** How often one execution tries it. */
  readonly attempts: number;
}

/** Which tasks run again. */
export type Selection =
  { readonly failed: true; readonly downstream: boolean } | { readonly from: number; readonly downstream: boolean };

type State = "pending" | "done" | "failed";
type Verdict = State | "blocked" | "skipped";

/** What reruns must do, task after task in their order: the outcome of a graph does not depend on what runs beside what. */
export class RerunModel {
  /** How often each handler was called. */
  readonly calls: number[];
  readonly states: State[];
  verdicts: readonly Verdict[] = [];
  readonly #tasks: readonly StubbornTask[];

  constructor(tasks: readonly StubbornTask[]) {
    this.#tasks = tasks;
    this.calls = tasks.map(() => 0);
    this.states = tasks.map(() => "pending");
  }

  run(): void {
    const verdicts: Verdict[] = [];
    const ordinaryFirst = [...this.#tasks.keys()].sort(
      (a, b) => Number(this.#tasks[a]!.finally) - Number(this.#tasks[b]!.finally) || a - b,
    );
    for (const index of ordinaryFirst) {
      const held = this.#tasks[index]!.finally ? undefined : this.#held(index, verdicts);
      if (this.states[index] === "pending" && !held) this.#execute(index);
      verdicts[index] = this.states[index] === "pending" ? held! : this.states[index]!;
    }
    this.verdicts = verdicts;
  }

  /** Resets what is selected, and gives the indexes of what has changed. */
  reset(selection: Selection): readonly number[] {
    const selected = new Set<number>(
      "from" in selection ? [selection.from] : this.#where((index) => this.states[index] === "failed"),
    );
    if (selection.downstream) {
      const hasOrdinary = [...selected].some((index) => !this.#tasks[index]!.finally);
      this.#tasks.forEach(({ after, finally: isFinally }, index) => {
        if ((isFinally && hasOrdinary) || after.some(([dependency]) => selected.has(dependency))) selected.add(index);
      });
    }
    const changed = this.#where((index) => selected.has(index) && this.states[index] !== "pending");
    for (const index of changed) this.states[index] = "pending";
    return changed;
  }

  get isOk(): boolean {
    return this.#tasks.every(({ required }, index) => !required || ["done", "skipped"].includes(this.verdicts[index]!));
  }

  #execute(index: number): void {
    const { attempts, failures } = this.#tasks[index]!;
    this.states[index] = "failed";
    for (let tries = 0; tries < attempts && this.states[index] === "failed"; tries++)
      if (++this.calls[index]! > failures) this.states[index] = "done";
  }

  #held(index: number, verdicts: readonly Verdict[]): "blocked" | "skipped" | undefined {
    const { after } = this.#tasks[index]!;
    const isUnmet = ([dependency, on]: readonly [number, EdgeCondition]): boolean => {
      const verdict = verdicts[dependency]!;
      return on === "success" ? verdict !== "done" : on === "failure" && verdict !== "failed";
    };
    const unmet = after.filter(isUnmet);
    const blocks = unmet.some(([dependency, on]) => on === "success" && verdicts[dependency] !== "skipped");
    return blocks ? "blocked" : unmet.length > 0 ? "skipped" : undefined;
  }

  #where(holds: (index: number) => boolean): readonly number[] {
    return [...this.#tasks.keys()].filter(holds);
  }
}
