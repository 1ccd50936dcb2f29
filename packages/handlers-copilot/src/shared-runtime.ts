import { loadCopilotSdk } from "./copilot-sdk.ts";
import { Runtime, type RuntimeLease } from "./runtime.ts";

/**
 * The runtime that several handlers use together: started by the first turn, stopped a moment after the last one, and started again
 * after it was stopped or was lost. One runtime serves many turns at once; each of its own would take about 100 MB.
 */
export class SharedRuntime {
  readonly #env: Readonly<Record<string, string | undefined>>;
  /** The one that starts or runs. */
  #current: Promise<Runtime> | undefined;

  /** `env` is laid over the environment that this process has when a runtime starts. */
  constructor(env: Readonly<Record<string, string | undefined>> = {}) {
    this.#env = env;
  }

  /** The use of the runtime, which is started if need be. */
  async acquire(): Promise<RuntimeLease> {
    for (;;) {
      const current = (this.#current ??= this.#start());
      try {
        const runtime = await current;
        if (!runtime.hasEnded) return runtime.lease();
        await runtime.gone;
      } catch (error) {
        this.#drop(current);
        throw error;
      }
      this.#drop(current);
    }
  }

  /** Stops the runtime unless a turn uses it; the end of the last turn stops it then. */
  async dispose(): Promise<void> {
    const runtime = await this.#current?.catch(() => undefined);
    if (runtime?.isInUse === false) await runtime.stop();
  }

  async #start(): Promise<Runtime> {
    const sdk = await loadCopilotSdk();
    return Runtime.start(sdk, { ...process.env, ...this.#env });
  }

  #drop(runtime: Promise<Runtime>): void {
    if (this.#current === runtime) this.#current = undefined;
  }
}
