/** What is shown while tasks run. */
export interface Progress {
  /** Writes the report, which stays; below it only the optional tasks that have not ended are shown. */
  print(text: string): void;
  /** Shows nothing more. */
  stop(): void;
}
