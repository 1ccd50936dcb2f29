import { keyOfId } from "../internal/identity.ts";
import { keyOf } from "../task/stored-object.ts";
import { resetOrder } from "../task/reset-order.ts";
import type { Task } from "../task/task.ts";
import { sentenceOf } from "./explain-sentence.ts";
import type { Cause, Explanation } from "./explanation.ts";
import { BLOCKED, culpritOf, OPEN, outcomesOf, REFUSED, UNKEPT } from "./outcomes.ts";
import { MAX_NAMED, type Run } from "./run.ts";
import type { RunJournal } from "./run-journal.ts";
import { Topology } from "./topology.ts";

/** Why a task is as it is, and the places of those that it is so because of; the first one is told. */
type Finding = Omit<Cause, "taskId" | "title" | "status"> & { readonly next?: readonly number[] };

/** What is known of a graph. */
interface Scene {
  readonly topology: Topology;
  readonly outcomes: Uint8Array;
  /** Why the newest run could not execute a task, by its id. */
  readonly refused: ReadonlyMap<string, string>;
  /** The newest run, and its journal in the process where it is or was. */
  readonly run: Run | undefined;
  readonly journal: RunJournal | undefined;
  /** Found once, however many tasks ask for it. */
  tripped?: number;
  going?: readonly number[];
}

/** Why the task at a place of a graph is as it is. */
export function explain(topology: Topology, place: number, run?: Run, journal?: RunJournal): Explanation {
  const refused = new Map(
    journal
      ? Array.from(journal.errors, ([id, { message }]) => [id, message])
      : run?.refused.map(({ taskId, reason }) => [taskId, reason]),
  );
  const outcomes = outcomesOf(topology, (task) => {
    if (journal) return journal.refusalOf(task);
    return task.isTerminal || !refused.has(task.id) ? OPEN : task.held ? UNKEPT : REFUSED;
  });
  const scene: Scene = { topology, outcomes, refused, run, journal };
  const causes: Cause[] = [];
  // What other processes have stored may lead round in a circle.
  const seen = new Set<number>();
  let [at, link]: [number | undefined, Cause["link"]] = [place, undefined];
  while (at !== undefined && !seen.has(at)) {
    seen.add(at);
    const { id: taskId, title, status } = taskAt(scene, at);
    const { next = [], link: nextLink, ...why }: Finding = find(scene, at);
    // Of a long chain the last one counts.
    if (causes.length === MAX_NAMED) causes.pop();
    causes.push({ taskId, title, status, link, ...why });
    [at, link] = [next[0], nextLink];
  }
  const { kind, next = [] } = find(scene, place);
  return {
    ...(causes[0] as Cause),
    causes,
    sentence: sentenceOf(causes, run),
    graphId: run?.graphId,
    runId: run?.id,
    waitsFor: kind === "waiting" ? next.slice(0, MAX_NAMED).map((each) => taskAt(scene, each).id) : undefined,
  };
}

/** Why a task that is in no graph is as it is. */
export function explainAlone(task: Task): Explanation {
  const topology = new Topology();
  topology.add(task, false, true);
  return explain(topology, 0);
}

function taskAt({ topology }: Scene, place: number): Task {
  return topology.tasks[place] as Task;
}

function find(scene: Scene, place: number): Finding {
  const { topology, outcomes } = scene;
  const task = taskAt(scene, place);
  const { id, status, error, retryAt, held } = task;
  const outcome = outcomes[place] as number;
  if (status === "running")
    return { kind: retryAt ? "retrying" : status, since: task.attempts.at(-1)?.startedAt, retryAt };
  const isRefused = isRefusal(outcome);
  if (status !== "pending" && !isRefused) return { kind: status, error };
  if (held) return { kind: "held", since: held.since, error: held.reason };
  if (isRefused) return { kind: "refused", error: scene.refused.get(id) };
  if (outcome === OPEN) return findOpen(scene, place);
  const index = culpritOf(topology, place, outcomes);
  return {
    kind: outcome === BLOCKED ? "blocked" : "skipped",
    next: [topology.dependencyAt(index)],
    link: topology.conditionOf(place, index),
  };
}

function isRefusal(outcome: number | undefined): boolean {
  return outcome === REFUSED || outcome === UNKEPT;
}

/** It may have been added later, or was reset since. */
function isOfRun(scene: Scene, place: number, { counts, startedAt }: Run): boolean {
  const task = taskAt(scene, place);
  const last = task.attempts.at(-1);
  const { journal } = scene;
  // Clocks may be set; they are asked only about a run that was in another process.
  const wasReset = journal ? resetOrder(task) > journal.resetOrder : last && last.startedAt > startedAt;
  return place < counts.total && wasReset !== true;
}

/** Of a task that the run that goes on has given up, though what it comes after has changed since. */
function heldBy({ topology, journal }: Scene, place: number): Finding | undefined {
  const task = topology.tasks[place] as Task;
  const cause = journal?.blocked.get(task);
  if (cause) return { kind: "blocked", next: [topology.placeOf(keyOf(cause))], link: "success" };
  return journal?.skipped.has(task) ? { kind: "skipped" } : undefined;
}

/** Of a pending task that no dependency keeps from starting. */
function findOpen(scene: Scene, place: number): Finding {
  const { topology, run, journal } = scene;
  if (!run || !isOfRun(scene, place, run)) return findIdle(scene, place);
  const stopped = stoppedBy(run, journal);
  if (stopped === "interrupted") return { ...findIdle(scene, place), kind: stopped };
  if (stopped) return { kind: stopped };
  const tripped = (scene.tripped ??= trippedBy(scene, run));
  if (tripped >= 0 && !topology.isFinally[place]) return { kind: "failed_fast", next: [tripped], link: "fail_fast" };
  return run.status === "running"
    ? (heldBy(scene, place) ?? findWaiting(scene, place, run, tripped >= 0))
    : findIdle(scene, place);
}

/** Of a task that nothing keeps from starting in the next run. */
function findIdle(scene: Scene, place: number): Finding {
  const last = taskAt(scene, place).attempts.at(-1);
  return last?.status === "interrupted" ? { kind: "interrupted", since: last.finishedAt } : { kind: "not_started" };
}

/** What has stopped the run before its end. */
function stoppedBy({ status }: Run, journal: RunJournal | undefined): "interrupted" | "aborted" | undefined {
  if (status === "interrupted") return status;
  return status === "cancelled" || (status === "running" && journal?.settings.signal?.aborted) ? "aborted" : undefined;
}

/** Of a task that will have its turn in the run that goes on. */
function findWaiting(scene: Scene, place: number, run: Run, hasFailedFast: boolean): Finding {
  const { topology } = scene;
  const going = topology.isFinally[place] ? (scene.going ??= goingOn(scene, hasFailedFast)) : [];
  if (going.length > 0) return { kind: "waiting", next: going, link: "finally" };
  const open = openDependencies(scene, place);
  const [first] = open;
  if (first === undefined) return { kind: "queued", pool: fullPool(scene, place, run) };
  const next = open.map((index) => topology.dependencyAt(index));
  return { kind: "waiting", next, link: topology.conditionOf(place, first) };
}

/** The place of the task because of which the run failed fast; -1 for none. */
function trippedBy({ topology, outcomes, journal }: Scene, run: Run): number {
  const { tasks, isRequired } = topology;
  const { failedFast, failFast, startedAt } = run;
  // The stored record of a run that goes on elsewhere does not tell it yet.
  const isGuessed = failFast && !journal && failedFast === undefined && run.status === "running";
  const place = isGuessed
    ? tasks.findIndex(
        ({ result }, at) => isRequired[at] && result?.status === "failed" && result.finishedAt >= startedAt,
      )
    : failedFast === undefined
      ? undefined
      : topology.placeOf(keyOfId(failedFast));
  // It may have been reset since.
  return place !== undefined && (tasks[place]?.isFailed === true || isRefusal(outcomes[place])) ? place : -1;
}

/** The ordinary tasks that finally tasks wait for: those that run or, if none does, may still start. */
function goingOn({ topology, outcomes }: Scene, hasFailedFast: boolean): readonly number[] {
  const open = Array.from(topology.tasks.keys()).filter((at) => !topology.isFinally[at] && outcomes[at] === OPEN);
  const running = open.filter((at) => topology.tasks[at]?.isRunning);
  return running.length > 0 || hasFailedFast ? running : open;
}

/** The indexes of the dependencies of a task's own kind that have not ended. */
function openDependencies({ topology, outcomes }: Scene, place: number): readonly number[] {
  const open: number[] = [];
  for (let index = topology.startOf(place); index < topology.endOf(place); index++) {
    const at = topology.dependencyAt(index);
    if (topology.isFinally[at] === topology.isFinally[place] && outcomes[at] === OPEN) open.push(index);
  }
  return open;
}

/** The pool of a task, if as many run in it as may. */
function fullPool({ topology }: Scene, place: number, run: Run): string | undefined {
  const pool = topology.scheduling.get(place)?.pool;
  if (pool === undefined) return undefined;
  let room = Object.hasOwn(run.pools, pool) ? (run.pools[pool] as number) : Infinity;
  for (const [at, { pool: other }] of topology.scheduling)
    if (other === pool && topology.tasks[at]?.isRunning === true) room--;
  return room > 0 ? undefined : pool;
}
