/** A bug that is planted: some text of a source file, and what takes its place. */
export interface Mutant {
  readonly name: string;
  /** Below `packages`. */
  readonly file: string;
  /** Must be there exactly once. */
  readonly text: string;
  readonly replacement: string;
}

/** Bugs that the simulation must find. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: "event before save",
    file: "core/src/executor/executions.ts",
    text: "    try {\n      await saved;\n    } catch (thrown) {\n      this.#unsaved(thrown, event, waiting);\n      return;\n    }\n    this.#emit(event);\n",
    replacement:
      "    this.#emit(event);\n    try {\n      await saved;\n    } catch (thrown) {\n      this.#unsaved(thrown, event, waiting);\n      return;\n    }\n",
  },
  {
    name: "ifRevision ignored by the stores",
    file: "core/src/store/codec.ts",
    text: "const ifRevision = isFenced ? this.known || null : undefined;",
    replacement: "const ifRevision = undefined;",
  },
  {
    name: "ifRevision ignored by a driver",
    file: "testkit/src/fixtures/map-driver.ts",
    text: "(stored ?? null) === ifRevision",
    replacement: "true",
  },
  {
    name: "second ending wins",
    file: "core/src/executor/execution.ts",
    text: 'if (this.#phase === "handling" && this.#context === context) this.#end(outcome);',
    replacement: "this.#end(outcome);",
  },
  {
    name: "a DONE task run again by a rerun of those that failed",
    file: "core/src/graph/rerun.ts",
    text: "from ? place === first : task.isFailed || task.isCancelled",
    replacement: "from ? place === first : task.isTerminal",
  },
  {
    name: "a DONE task run again by a recovery that it came before",
    file: "core/src/recovery/recover.ts",
    text: "task?.isRunning ? task.attempts.at(-1)?.executorId : undefined",
    replacement: "task?.attempts.at(-1)?.executorId",
  },
  {
    name: "an interrupted attempt eats a retry",
    file: "core/src/task/interruption.ts",
    text: "carried: { tries, held:",
    replacement: "carried: { tries: (tries ?? 0) + 1, held:",
  },
  {
    name: "a crash gives retries back",
    file: "core/src/task/interruption.ts",
    text: "carried: { tries, held:",
    replacement: "carried: { tries: undefined, held:",
  },
  {
    name: "a zombie's write lands",
    file: "core/src/store/document-collection.ts",
    text: "if (isFenced && stored > known && !isOwnDocument(storedState(value), document)) {",
    replacement: "if (MAX_TRIES < 0) {",
  },
  {
    name: "a zombie's write lands over what a recovery has made of its task",
    file: "core/src/store/document-collection.ts",
    text: "if (isFenced && stored > known && !isOwnDocument(storedState(value), document)) {",
    replacement:
      'if (isFenced && stored > known && !isOwnDocument(storedState(value), document) && document?.["status"] !== "pending") {',
  },
  {
    name: "the save of a graph writes older states of its tasks over newer ones",
    file: "core/src/store/codec.ts",
    text: "const base = isFenced ? Math.max(this.#before, this.known, doubtedRevision(state)) : this.#before;",
    replacement: "const base = Math.max(this.#before, this.known, doubtedRevision(state));",
  },
  {
    name: "a claim that was lost is taken for a save that failed",
    file: "core/src/executor/persistence.ts",
    text: "return isClaimed ? new TaskClaimedError(task, { cause: thrown }) : undefined;",
    replacement: "return isClaimed && task.id === '' ? new TaskClaimedError(task, { cause: thrown }) : undefined;",
  },
  {
    name: "attempts of a live executor are interrupted",
    file: "core/src/recovery/recover.ts",
    text: 'lives = (await this.#leases.get(executorId))?.status === "active";',
    replacement: "lives = false;",
  },
  {
    name: "an unexplained block",
    file: "core/src/graph/outcomes.ts",
    text: "refusalOf(task) || endingOf(task);",
    replacement: "(task.isDone ? refusalOf(task) : OPEN) || endingOf(task);",
  },
  {
    name: "a clock set back expires a lease",
    file: "core/src/recovery/gone-leases.ts",
    text: "if (now?.revision === lease.revision) unchanged.push(now);",
    replacement:
      "if (now?.revision === lease.revision || (now && clock.now() - now.renewedAt.getTime() >= LEASE_MS)) unchanged.push(now);",
  },
];
