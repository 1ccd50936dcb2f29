import { keyOfId } from "../internal/identity.ts";
import { resetOrder } from "../task/reset-order.ts";
import type { Task } from "../task/task.ts";
import { sentenceOf } from "./explain-sentence.ts";
import type { Cause, Explanation } from "./explanation.ts";
import { BLOCKED, culpritOf, OPEN, outcomesOf, REFUSED, SKIPPED, UNKEPT } from "./outcomes.ts";
import { MAX_NAMED, type Run } from "./run.ts";
import type { RunJournal } from "./run-journal.ts";
import { Topology } from "./topology.ts";

/** Why a task is as it is, and the places of those that it is so because of, with the link to them; the first one is told. */
type Finding = Omit<Cause, "taskId" | "title" | "status"> & { readonly next?: readonly number[] };

/** Why the task at a place of a graph is as it is. */
export function explain(topology: Topology, place: number, run?: Run, journal?: RunJournal): Explanation {
  const scene = new Scene(topology, run, journal);
  const taskAt = (at: number): Task => topology.tasks[at] as Task;
  const causes: Cause[] = [];
  // What other processes have stored may lead round in a circle.
  const seen = new Set<number>();
  let [at, link]: [number | undefined, Cause["link"]] = [place, undefined];
  while (at !== undefined && !seen.has(at)) {
    seen.add(at);
    const { id: taskId, title, status } = taskAt(at);
    const { next = [], link: nextLink, ...why }: Finding = scene.find(at);
    // Of a long chain the last one counts.
    if (causes.length === MAX_NAMED) causes.pop();
    causes.push({ taskId, title, status, link, ...why });
    [at, link] = [next[0], nextLink];
  }
  const { kind, next = [] } = scene.find(place);
  return {
    ...(causes[0] as Cause),
    causes,
    sentence: sentenceOf(causes, run, at === undefined ? undefined : { title: taskAt(at).title, link }),
    graphId: run?.graphId,
    runId: run?.id,
    waitsFor: kind === "waiting" ? next.slice(0, MAX_NAMED).map((each) => taskAt(each).id) : undefined,
  };
}

/** Why a task that is in no graph is as it is. */
export function explainAlone(task: Task): Explanation {
  const topology = new Topology();
  topology.add(task, false, true);
  return explain(topology, 0);
}

/** What is known of a graph. */
class Scene {
  readonly #topology: Topology;
  /** What comes of each task, as the states of all tell it now. */
  readonly #outcomes: Uint8Array;
  /** What has come of each task in the newest run, as far as it is known in this process. */
  readonly #outcomesOfRun: Uint8Array;
  /** The newest run, and its journal in the process where it is or was. */
  readonly #run: Run | undefined;
  readonly #journal: RunJournal | undefined;
  /** Why the newest run could not execute a task, by its id. */
  readonly #errors: ReadonlyMap<string, { readonly message: string }>;
  /** The place of the task because of which the run failed fast; -1 for none. */
  readonly #tripped: number;
  readonly #isAborted: boolean | undefined;
  /** Found once, however many tasks ask for it. */
  #going: readonly number[] | undefined;

  constructor(topology: Topology, run: Run | undefined, journal: RunJournal | undefined) {
    this.#topology = topology;
    this.#run = run;
    this.#journal = journal;
    this.#isAborted = journal?.settings.signal?.aborted;
    this.#outcomesOfRun = journal?.outcomes ?? new Uint8Array();
    this.#errors = journal?.errors ?? new Map(run?.refused.map(({ taskId, reason }) => [taskId, { message: reason }]));
    this.#outcomes = outcomesOf(topology, (task) => {
      if (journal) return journal.refusalOf(task);
      return task.isTerminal || !this.#errors.has(task.id) ? OPEN : task.held ? UNKEPT : REFUSED;
    });
    this.#tripped = run ? this.#trippedBy(run) : -1;
  }

  find(place: number): Finding {
    const { id, status, error, retryAt, held, attempts } = this.#taskAt(place);
    const outcome = this.#outcomes[place] as number;
    if (status === "running")
      return { kind: retryAt ? "retrying" : status, since: attempts.at(-1)?.startedAt, retryAt };
    if (held) return { kind: "held", since: held.since, error: held.reason };
    if (outcome >= REFUSED) return { kind: "refused", error: this.#errors.get(id)?.message };
    if (status !== "pending") return { kind: status, error };
    return this.#findHeld(place, this.#outcomes) ?? this.#findOpen(place);
  }

  /** Of a pending task that no dependency keeps from starting. */
  #findOpen(place: number): Finding {
    const last = this.#taskAt(place).attempts.at(-1);
    // Nothing keeps it from starting in the next run.
    const idle: Finding =
      last?.status === "interrupted" ? { kind: "interrupted", since: last.finishedAt } : { kind: "not_started" };
    const run = this.#runOf(place);
    if (!run) return idle;
    if (run.status === "interrupted") return { ...idle, kind: run.status };
    const isRunning = run.status === "running";
    if (run.status === "cancelled" || (isRunning && this.#isAborted)) return { kind: "aborted" };
    if (this.#tripped >= 0 && !this.#topology.isFinally[place])
      return { kind: "failed_fast", next: [this.#tripped], link: "fail_fast" };
    // The run may have given it up, though what it comes after has changed since.
    return isRunning ? (this.#findHeld(place, this.#outcomesOfRun) ?? this.#findWaiting(place, run)) : idle;
  }

  /** The run, if it has to do with a task: that may have been added later, or was reset since. */
  #runOf(place: number): Run | undefined {
    const task = this.#taskAt(place);
    const run = this.#run;
    if (!run || place >= run.counts.total) return undefined;
    // Clocks may be set; they are asked only about a run that was in another process.
    const wasReset = this.#journal
      ? resetOrder(task) > this.#journal.resetOrder
      : (task.attempts.at(-1)?.startedAt ?? 0) > run.startedAt;
    return wasReset ? undefined : run;
  }

  /** Of a task that does not start because of one that it comes after. */
  #findHeld(place: number, outcomes: Uint8Array): Finding | undefined {
    const outcome = outcomes[place];
    if (outcome !== BLOCKED && outcome !== SKIPPED) return undefined;
    const index = culpritOf(this.#topology, place, outcomes);
    return {
      kind: outcome === BLOCKED ? "blocked" : "skipped",
      next: [this.#topology.dependencyAt(index)],
      link: this.#topology.conditionOf(place, index),
    };
  }

  /** Of a task that will have its turn in the run that goes on. */
  #findWaiting(place: number, run: Run): Finding {
    const topology = this.#topology;
    const isFinally = topology.isFinally[place];
    const going = isFinally ? (this.#going ??= this.#goingOn()) : [];
    if (going.length > 0) return { kind: "waiting", next: going, link: "finally" };
    const open = topology
      .dependenciesOf(place, (index) => [topology.dependencyAt(index), topology.conditionOf(place, index)] as const)
      .filter(([at]) => topology.isFinally[at] === isFinally && this.#outcomes[at] === OPEN);
    return open[0]
      ? { kind: "waiting", next: open.map(([at]) => at), link: open[0][1] }
      : { kind: "queued", pool: this.#fullPool(place, run) };
  }

  #trippedBy({ failedFast, failFast, startedAt, status }: Run): number {
    const { tasks, isRequired } = this.#topology;
    // The stored record of a run that goes on elsewhere does not tell it yet.
    const isGuessed = failFast && !this.#journal && failedFast === undefined && status === "running";
    const place = isGuessed
      ? tasks.findIndex(
          ({ result }, at) => isRequired[at] && result?.status === "failed" && result.finishedAt >= startedAt,
        )
      : failedFast === undefined
        ? -1
        : this.#topology.placeOf(keyOfId(failedFast));
    // It may have been reset since.
    return tasks[place]?.isFailed || (this.#outcomes[place] ?? OPEN) >= REFUSED ? place : -1;
  }

  /** The ordinary tasks that finally tasks wait for: those that run or, if none does, may still start. */
  #goingOn(): readonly number[] {
    const { tasks, isFinally } = this.#topology;
    const open = Array.from(tasks.keys()).filter((at) => !isFinally[at] && this.#outcomes[at] === OPEN);
    const running = open.filter((at) => this.#taskAt(at).isRunning);
    return running.length > 0 || this.#tripped >= 0 ? running : open;
  }

  /** The pool of a task, if as many run in it as may. */
  #fullPool(place: number, { pools }: Run): string | undefined {
    const { scheduling } = this.#topology;
    const pool = scheduling.get(place)?.pool;
    if (pool === undefined || !Object.hasOwn(pools, pool)) return undefined;
    const running = [...scheduling].filter(([at, { pool: other }]) => other === pool && this.#taskAt(at).isRunning);
    return running.length < (pools[pool] as number) ? undefined : pool;
  }

  #taskAt(place: number): Task {
    return this.#topology.tasks[place] as Task;
  }
}
