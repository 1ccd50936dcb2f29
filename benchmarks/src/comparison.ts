/** One program that is measured: a file of `dist`, or arguments of `node` itself. */
export interface Contender {
  readonly name: string;
  /** The program, below `dist/contenders`, without its ending; `undefined` for `node` alone. */
  readonly program?: string | undefined;
  readonly args?: readonly string[] | undefined;
  readonly nodeArgs?: readonly string[] | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** What the ratio of this row is taken to; the first contender when not given. */
  readonly against?: string | undefined;
  readonly needs?: "redis" | "postgres" | undefined;
  /** Whether the time of the whole process is what is measured. */
  readonly isTimed?: boolean | undefined;
}

/** A figure that the contenders of a comparison print. */
export interface Metric {
  readonly key: string;
  readonly label: string;
  readonly better: "less" | "more";
  readonly digits?: number | undefined;
}

/** What is asked of a median over the rounds: of a value, or of its ratio or difference to that of another contender. */
export interface Goal {
  /** The contender whose row shows the goal. */
  readonly row: string;
  readonly of?: string | undefined;
  readonly metric: string;
  /** What `of` is divided by, within a round. */
  readonly over?: string | undefined;
  /** What is taken from `of`, within a round. */
  readonly less?: string | undefined;
  readonly atMost?: number | undefined;
  readonly atLeast?: number | undefined;
  /** A better bound, which is shown but not asked for. */
  readonly stretch?: number | undefined;
}

/** Programs that do the same work, measured side by side. */
export interface Comparison {
  readonly id: string;
  readonly title: string;
  /** The first is the one that the table compares by; the others stand beside it. */
  readonly metrics: readonly Metric[];
  /** The first is the baseline. */
  readonly contenders: readonly Contender[];
  readonly goals?: readonly Goal[] | undefined;
  /** What is in the figures, and what is not like for like. */
  readonly note: string;
  /** How the first metric is compared. */
  readonly compare?: "ratio" | "difference" | undefined;
  readonly minRounds?: number | undefined;
  readonly maxRounds?: number | undefined;
}

/** Comparisons that belong together. */
export interface Suite {
  readonly name: string;
  readonly comparisons: readonly Comparison[];
  /** What is found out beside the figures. */
  readonly remarks?: (() => Promise<readonly string[]>) | undefined;
}

/** What one process has printed. */
export interface Sample {
  readonly values: Readonly<Record<string, number>>;
  readonly facts?: Readonly<Record<string, string>> | undefined;
}

/** What was measured: by contender, a sample a round. */
export type Samples = ReadonlyMap<string, readonly Sample[]>;
