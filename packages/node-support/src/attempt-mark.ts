/** The variable by which a process of a task is known. */
export const ATTEMPT_VARIABLE = "TTASKS_ATTEMPT";

const BEFORE = `${ATTEMPT_VARIABLE}=`;

/** Which attempt of a task a process belongs to. */
export interface AttemptName {
  readonly executorId: string;
  readonly taskId: string;
  /** The number of the attempt. */
  readonly number: number;
}

/** The mark of an attempt, which no other one has: `executor/task/number`. */
export function attemptMark({ executorId, taskId, number }: AttemptName): string {
  return [executorId, taskId, number].map(encodeURIComponent).join("/");
}

/**
 * The value of the variable for a process that belongs to an attempt: after the marks that this process itself runs under, so that who
 * looks for those finds what is started further down as well.
 */
export function markedAs(mark: string, outer: string | undefined = process.env[ATTEMPT_VARIABLE]): string {
  return outer ? `${outer}:${mark}` : mark;
}

/** The marks in the environment of a process as /proc has it, from the outermost to its own. */
export function marksIn(environ: string): readonly string[] {
  // Most have none, and to take an environment apart costs.
  if (!environ.includes(BEFORE)) return NO_MARKS;
  const variable = environ.split("\0").find((text) => text.startsWith(BEFORE));
  return variable === undefined ? NO_MARKS : variable.slice(BEFORE.length).split(":");
}

const NO_MARKS: readonly string[] = Object.freeze([]);
