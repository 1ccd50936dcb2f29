import type { Cause, ExplanationKind } from "./explanation.ts";
import type { Run } from "./run.ts";

/** So many tasks are named. */
const MAX_PARTS = 8;
const MAX_LENGTH = 200;

type Predicate = string | ((cause: Cause, run: Run | undefined, next: Cause | undefined) => string);

const PREDICATES: Readonly<Record<ExplanationKind, Predicate>> = {
  done: "is done",
  failed: ({ error }) => `failed${because(error)}`,
  cancelled: "was cancelled",
  running: ({ since }) => `is running${since ? ` since ${since.toISOString()}` : ""}`,
  retrying: ({ retryAt }) => `failed and is tried again at ${String(retryAt?.toISOString())}`,
  waiting: (_cause, _run, next) => (next ? "waits for" : "waits for others"),
  queued: ({ pool }, run) =>
    pool === undefined
      ? `is ready and waits for its turn${limit(run?.concurrency)}`
      : `is ready and waits for room in the pool "${pool}"${limit(run?.pools[pool])}`,
  blocked: (_cause, _run, next) => (next ? "is blocked by" : "is blocked by what it comes after"),
  skipped: (_cause, _run, next) => (next ? `is skipped, as it comes after the ${String(next.link)} of` : "is skipped"),
  aborted: "was not started, as the run was aborted",
  failed_fast: "was not started, as the run failed fast because of",
  refused: ({ error }) => `could not start${because(error)}`,
  held: ({ since, error }) => `is held since ${String(since?.toISOString())}${because(error)}`,
  interrupted: ({ since }) =>
    since ? "was interrupted, and has not been started again" : "was not started, as the run was interrupted",
  not_started: (_cause, run) => (run ? "has not been started since the newest run" : "has not been started yet"),
};

/** A chain of causes as a sentence. */
export function sentenceOf(causes: readonly Cause[], run: Run | undefined): string {
  const parts = causes.map((cause, index) => {
    const predicate = PREDICATES[cause.kind];
    const next = causes[index + 1];
    const text = typeof predicate === "string" ? predicate : predicate(cause, run, next);
    return next ? `${text} ${quoted(next)}` : text;
  });
  const last = causes.at(-1) as Cause;
  if (parts.length > MAX_PARTS)
    parts.splice(MAX_PARTS - 2, parts.length - MAX_PARTS + 1, `leads on to ${quoted(last)}`);
  return `${quoted(causes[0] as Cause)} ${parts.join(", which ")}`.replace(/\.?$/, ".");
}

function limit(count = Infinity): string {
  return count < Infinity ? `: at most ${count} at a time` : "";
}

function quoted({ title }: Cause): string {
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
