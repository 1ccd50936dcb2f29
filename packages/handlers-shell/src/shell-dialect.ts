/** What one shell differs in from another. */
export interface ShellDialect {
  /** What is run unless the options name another program. */
  readonly program: string;
  /** The arguments that make the shell run the payload; the payload is one of them, as it is. */
  argumentsFor(payload: string): readonly string[];
  /** What to do where the program is missing. */
  readonly install: string;
  /** What to do with a payload that is longer than an argument can be. */
  readonly longPayload: string;
}
