import type { Cause, ExplanationKind } from "./explanation.ts";
import type { Run } from "./run.ts";

/** So many tasks are named. */
const MAX_PARTS = 8;
const MAX_LENGTH = 200;

/** What comes next in a chain. */
type Next = Pick<Cause, "title" | "link">;

/** What is said of a task. A text is followed by the time and the error of its cause, and each by the title of the next one. */
type Predicate = string | ((cause: Cause, run: Run | undefined, next: Next | undefined) => string);

const PREDICATES: Readonly<Record<ExplanationKind, Predicate>> = {
  done: "is done",
  failed: "failed",
  cancelled: () => "was cancelled",
  running: "is running",
  retrying: "failed and is tried again",
  waiting: "waits for",
  queued: ({ pool }, run) =>
    pool === undefined
      ? `is ready and waits for its turn${limit(run?.concurrency)}`
      : `is ready and waits for room in the pool "${pool}"${limit(run?.pools[pool])}`,
  blocked: "is blocked by",
  skipped: (_cause, _run, next) => `is skipped, as it comes after the ${String(next?.link)} of`,
  aborted: "was not started, as the run was aborted",
  failed_fast: "was not started, as the run failed fast because of",
  refused: "could not start",
  held: "is held",
  interrupted: ({ since }) =>
    since ? "was interrupted, and has not been started again" : "was not started, as the run was interrupted",
  not_started: (_cause, run) => `has not been started ${run ? "since the newest run" : "yet"}`,
};

/**
 * A chain of causes as a sentence.
 *
 * @param round - the cause that the last one leads back to, if the chain is a circle
 */
export function sentenceOf(causes: readonly Cause[], run: Run | undefined, round: Next | undefined): string {
  const parts = causes.map((cause, index) => {
    const predicate = PREDICATES[cause.kind];
    const next = causes[index + 1] ?? round;
    const text =
      typeof predicate === "string"
        ? `${predicate}${moment(cause)}${because(cause.error)}`
        : predicate(cause, run, next);
    return next ? `${text} ${quoted(next)}` : text;
  });
  if (parts.length > MAX_PARTS)
    parts.splice(MAX_PARTS - 2, parts.length - MAX_PARTS + 1, `leads on to ${quoted(causes.at(-1) as Cause)}`);
  return `${quoted(causes[0] as Cause)} ${parts.join(", which ")}`.replace(/\.?$/, ".");
}

function moment({ since, retryAt }: Cause): string {
  if (retryAt) return ` at ${retryAt.toISOString()}`;
  return since ? ` since ${since.toISOString()}` : "";
}

function limit(count = Infinity): string {
  return count < Infinity ? `: at most ${count} at a time` : "";
}

function quoted({ title }: Next): string {
  return `"${oneLine(title)}"`;
}

/** The first line of an error. */
function because(error = ""): string {
  const line = oneLine(error.trim().split("\n", 1)[0] ?? "");
  return line ? `: ${line}` : "";
}

/** What could move the cursor of a terminal is left out. */
function oneLine(text: string): string {
  return text.slice(0, MAX_LENGTH).replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ");
}
