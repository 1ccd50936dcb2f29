import type { CopilotSession, SessionConfig } from "./copilot-sdk.ts";
import { RuntimeLostError, type RuntimeLease } from "./runtime.ts";
import type { SharedRuntime } from "./shared-runtime.ts";
import { within } from "./within.ts";

/** So long each step of the clean-up may take, in a runtime that should answer within milliseconds. */
const STEP_MS = 1_500;

/** The session of one turn: opened for it, and gone without a trace behind it. */
export class TurnSession {
  readonly #id: string;
  readonly #lease: RuntimeLease;
  readonly #session: CopilotSession;
  #sent: Promise<unknown> = Promise.resolve();

  private constructor(id: string, lease: RuntimeLease, session: CopilotSession) {
    this.#id = id;
    this.#lease = lease;
    this.#session = session;
  }

  /** Opens a session in the shared runtime, whose start this may be. It is given up when the signal is aborted meanwhile. */
  static async open(runtime: SharedRuntime, config: SessionConfig, givenUp: AbortSignal): Promise<TurnSession> {
    try {
      return await TurnSession.#open(runtime, config, givenUp);
    } catch (error) {
      // It had died since the last turn, and nothing was sent yet.
      if (error instanceof RuntimeLostError && !givenUp.aborted) return TurnSession.#open(runtime, config, givenUp);
      throw error;
    }
  }

  static async #open(runtime: SharedRuntime, config: SessionConfig, givenUp: AbortSignal): Promise<TurnSession> {
    const acquiring = runtime.acquire();
    // A lease that comes too late is given back.
    const lease = await Promise.race([acquiring, rejection(givenUp)]).catch((error: unknown) => {
      void acquiring.then((late) => late.release()).catch(() => undefined);
      throw error;
    });
    const unlessStopped = <T>(step: Promise<T>): Promise<T> => Promise.race([step, lease.lost, rejection(givenUp)]);
    let creating: Promise<CopilotSession> | undefined;
    try {
      await unlessStopped(lease.ready);
      creating = lease.createSession(config);
      const session = await unlessStopped(creating).catch(async (error: unknown) => {
        if (!givenUp.aborted) await unlessStopped(lease.check());
        throw error;
      });
      return new TurnSession(config.sessionId, lease, session);
    } catch (error) {
      await lease.forget(config.sessionId);
      // One that is created too late leaves something behind once more.
      void creating?.then(() => lease.forget(config.sessionId)).catch(() => undefined);
      lease.release();
      throw error;
    }
  }

  /** Rejects when the runtime is lost; never resolves. */
  get lost(): Promise<never> {
    return this.#lease.lost;
  }

  /** Lets the processes of this session's tools be found. Where that cannot be, the end of the runtime ends them. */
  async markTools(): Promise<void> {
    const { processes } = this.#lease;
    if (!processes) return;
    const path = await processes.scriptFor(this.#id);
    await this.#step(this.#session.rpc.options.update({ shell: { initScripts: [{ path, shell: "bash" }] } }));
  }

  /** Sends the prompt; resolves when the runtime has taken it. */
  send(prompt: string): Promise<unknown> {
    this.#sent = this.#session.send({ prompt }).catch(async (error: unknown) => {
      await this.#lease.check();
      throw error;
    });
    this.#sent.catch(() => undefined);
    return this.#sent;
  }

  /** Leaves nothing behind: no turn that goes on, no process of a tool, nothing on disk. Never rejects. */
  async close({ isOver, hasTools }: { readonly isOver: boolean; readonly hasTools: boolean }): Promise<void> {
    if (!isOver) {
      // Before the runtime has answered it, an abort does nothing.
      await this.#step(this.#sent);
      await this.#step(this.#session.abort());
    }
    if (hasTools) await this.#lease.processes?.endSession(this.#id).catch(() => undefined);
    await this.#step(this.#session.disconnect());
    await this.#lease.forget(this.#id);
    this.#lease.release();
  }

  /** A step that may not be answered, as in a runtime that is lost. One that answers nothing else either is given up. */
  async #step(step: Promise<unknown>): Promise<void> {
    const answered = Promise.race([step, this.lost]).catch(() => undefined);
    if (!(await within(answered, STEP_MS))) await this.#lease.check().catch(() => undefined);
  }
}

/** Rejects when the signal is aborted, or is already; never resolves. */
function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const onAbort = (): void => reject(new Error("it did not open a session in time"));
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
}
