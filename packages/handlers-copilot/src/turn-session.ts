import type { CopilotSession, SessionConfig } from "./copilot-sdk.ts";
import type { RuntimeLease } from "./runtime.ts";
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

  /** Opens a session in the shared runtime, whose start this may be. */
  static async open(runtime: SharedRuntime, config: SessionConfig): Promise<TurnSession> {
    const lease = await runtime.acquire();
    try {
      const session = await Promise.race([lease.createSession(config), lease.lost]);
      return new TurnSession(config.sessionId, lease, session);
    } catch (error) {
      await lease.forget(config.sessionId);
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
    await this.#session.rpc.options.update({ shell: { initScripts: [{ path, shell: "bash" }] } });
  }

  /** Sends the prompt; resolves when the runtime has taken it. */
  send(prompt: string): Promise<unknown> {
    this.#sent = this.#session.send({ prompt });
    this.#sent.catch(() => undefined);
    return this.#sent;
  }

  /** Leaves nothing behind: no turn that goes on, no process of a tool, nothing on disk. Never rejects. */
  async close(how: { readonly isOver: boolean; readonly hasCalledTools: boolean }): Promise<void> {
    if (!how.isOver) {
      // Before the runtime has answered it, an abort does nothing.
      await within(Promise.race([this.#sent, this.lost]), STEP_MS);
      await within(Promise.race([this.#session.abort(), this.lost]), STEP_MS);
    }
    if (how.hasCalledTools) await this.#lease.processes?.endSession(this.#id).catch(() => undefined);
    await within(Promise.race([this.#session.disconnect(), this.lost]), STEP_MS);
    await this.#lease.forget(this.#id);
    this.#lease.release();
  }
}
