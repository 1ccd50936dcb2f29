import { endingSignal, mergedEnv } from "@ttasks/node-support";
import { loadCopilotSdk, type CopilotSdk } from "./copilot-sdk.ts";
import { Runtime, type RuntimeLease } from "./runtime.ts";
import { TurnError } from "./turn-error.ts";

/**
 * The runtime that several handlers use together: started by the first turn, stopped a moment after the last one, and started again
 * after it was stopped or was lost. One runtime serves many turns at once; each of its own would take about 100 MB.
 */
export class SharedRuntime {
  readonly #env: Readonly<Record<string, string | undefined>>;
  #sdk: Promise<CopilotSdk> | undefined;
  #current: Runtime | undefined;

  /** `env` is laid over the environment that this process has when a runtime starts. */
  constructor(env: Readonly<Record<string, string | undefined>> = {}) {
    this.#env = env;
  }

  /**
   * The use of the runtime, which is started if need be.
   *
   * @throws {TurnError} when this process is about to end
   */
  async acquire(): Promise<RuntimeLease> {
    const sdk = await (this.#sdk ??= loadCopilotSdk());
    // One that is about to go has its memory and its processes still.
    while (this.#current?.hasEnded === true) {
      const ended = this.#current;
      await ended.gone;
      if (this.#current === ended) this.#current = undefined;
    }
    const signal = endingSignal();
    if (signal !== undefined) throw new TurnError(`it was not started: this process is ending after ${signal}`);
    this.#current ??= Runtime.start(sdk, mergedEnv([process.env, this.#env]));
    return this.#current.lease();
  }

  /** Stops the runtime unless a turn uses it; the end of the last turn stops it then. */
  async dispose(): Promise<void> {
    if (this.#current?.isInUse === false) await this.#current.stop();
  }
}
