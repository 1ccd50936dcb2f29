/** What an `http` task sends. */
export interface HttpRequest {
  /** An `http:` or `https:` address, without a user's name and password. */
  readonly url: string;
  /**
   * The method.
   *
   * @default "GET"
   */
  readonly method?: string | undefined;
  /**
   * Headers of this request, on top of those of the handler. A ledger keeps them: secrets belong into the handler's options.
   *
   * @default {}
   */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /**
   * The body.
   *
   * @default undefined (no body)
   */
  readonly body?: string | undefined;
}

/** What came back. It is the output of a task that is done, and of one that failed because of it. */
export interface HttpAnswer {
  readonly status: number;
  /** The header `content-type`. The other headers are in `raw`, which ledgers do not keep: there may be secrets in them. */
  readonly contentType: string | null;
  /** The body as text, read as UTF-8; its beginning where it was longer than `maxBodyBytes`. */
  readonly body: string;
}

declare module "@ttasks/core" {
  interface TaskTypes {
    /** Sends an HTTP request; its output is the answer. */
    http: { payload: HttpRequest; output: HttpAnswer };
  }
}
