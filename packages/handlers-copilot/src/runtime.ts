import { rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { errorText, startGuarded, type Dependants } from "@ttasks/node-support";
import type { CopilotClient, CopilotSdk, CopilotSession, SessionConfig } from "./copilot-sdk.ts";
import { ToolProcesses } from "./tool-processes.ts";
import { within } from "./within.ts";

/** So often a runtime in use is asked whether it lives: the SDK tells nobody when it dies. */
const HEARTBEAT_MS = 1_000;
/** The same for one that has left a call unanswered already. */
const CHECK_MS = 2_000;
/** A runtime that does not answer for so long is given up. */
const SILENCE_MS = 30_000;
/** So long an idle runtime is kept for the next task; until then this process does not end by itself. */
const LINGER_MS = 500;
/** A runtime that takes longer to start is given up. */
const START_MS = 30_000;
/** A runtime that takes longer to stop is killed. */
const STOP_MS = 3_000;

/** The runtime of a set of handlers died, or was given up, in the middle of a turn. */
export class RuntimeLostError extends Error {}

/** The use of a runtime by one turn. */
export interface RuntimeLease {
  /** Resolves when the runtime can be used; rejects when it did not start. */
  readonly ready: Promise<void>;
  /** `undefined` where processes cannot be found. */
  readonly processes: ToolProcesses | undefined;
  /** Rejects with a {@link RuntimeLostError} when the runtime is lost; never resolves. */
  readonly lost: Promise<never>;
  /** Opens a session, which is to be forgotten at the end. */
  createSession(config: SessionConfig): Promise<CopilotSession>;
  /** To be asked when a call has failed, or was not answered: rejects with a {@link RuntimeLostError} if the runtime is lost. */
  check(): Promise<void>;
  /** Removes what the runtime keeps of a session, also when it cannot do so itself any more. */
  forget(sessionId: string): Promise<void>;
  release(): void;
}

/** One runtime process, from its start to its end. */
export class Runtime implements Dependants {
  readonly #client: CopilotClient;
  readonly #processes: ToolProcesses | undefined;
  readonly #sessionsFolder: string;
  readonly #losses = new Set<(error: RuntimeLostError) => void>();
  /** Sessions that may have left something on disk. */
  readonly #sessions = new Set<string>();
  readonly #ready: Promise<void>;
  #isReady = false;
  #unguard: () => void = () => undefined;
  #lingering: NodeJS.Timeout | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #ended: Promise<void> | undefined;

  private constructor(sdk: CopilotSdk, env: Record<string, string | undefined>) {
    this.#processes = ToolProcesses.areVisible ? new ToolProcesses() : undefined;
    this.#client = new sdk.CopilotClient({ env: { ...env, ...this.#processes?.env }, logLevel: "error" });
    const home = (process.platform === "win32" ? env["USERPROFILE"] : env["HOME"]) || os.homedir();
    this.#sessionsFolder = path.join(env["COPILOT_HOME"] || path.join(home, ".copilot"), "session-state");
    this.#ready = this.#start();
    this.#ready.catch(() => undefined);
  }

  /** Starts a runtime. It does not outlive this process, and what its tools have started does not either. */
  static start(sdk: CopilotSdk, env: Record<string, string | undefined>): Runtime {
    const { started, release } = startGuarded(() => new Runtime(sdk, env));
    started.#unguard = release;
    return started;
  }

  /** Whether it was stopped, or is lost. */
  get hasEnded(): boolean {
    return this.#ended !== undefined;
  }

  /** Resolves when nothing is left of it; to be asked when it has ended. */
  get gone(): Promise<void> {
    return this.#ended ?? Promise.resolve();
  }

  /** Whether a turn uses it. */
  get isInUse(): boolean {
    return this.#losses.size > 0;
  }

  /** Keeps it from being stopped until the lease is released. */
  lease(): RuntimeLease {
    clearTimeout(this.#lingering);
    this.#heartbeat ??= this.#startHeartbeat();
    let onLoss: (error: RuntimeLostError) => void = () => undefined;
    const lost = new Promise<never>((_resolve, reject) => {
      onLoss = reject;
    });
    // Whoever does not look at it has ended before.
    lost.catch(() => undefined);
    this.#losses.add(onLoss);
    return {
      ready: this.#ready,
      processes: this.#processes,
      lost,
      createSession: (config) => {
        this.#sessions.add(config.sessionId);
        return this.#client.createSession(config);
      },
      check: async () => {
        await this.#ask(CHECK_MS);
        if (this.hasEnded) await lost;
      },
      forget: (sessionId) => this.#forget(sessionId),
      release: () => this.#release(onLoss),
    };
  }

  /** Stops it; kills it if it takes too long. */
  stop(): Promise<void> {
    return (this.#ended ??= this.#stop());
  }

  /** Told to end because this process ends. */
  async end(): Promise<void> {
    this.#lose(new RuntimeLostError("this process was told to end"));
    await this.gone;
  }

  killNow(): void {
    this.#processes?.killNow();
    for (const id of this.#sessions) rmSync(this.#folderOf(id), { recursive: true, force: true });
  }

  async #start(): Promise<void> {
    const starting = this.#client.start();
    try {
      const hasAnswered = await within(
        starting.catch(() => undefined),
        START_MS,
      );
      if (!hasAnswered) throw new Error(`it did not answer within ${START_MS} ms`);
      await starting;
      this.#isReady = true;
    } catch (error) {
      this.#ended ??= this.#kill();
      throw error;
    } finally {
      // It may have come to life only after it was killed.
      if (this.hasEnded) void starting.catch(() => undefined).then(() => this.#client.forceStop());
    }
  }

  #release(onLoss: (error: RuntimeLostError) => void): void {
    this.#losses.delete(onLoss);
    if (this.isInUse || this.hasEnded) return;
    this.#stopHeartbeat();
    this.#lingering = setTimeout(() => void this.stop(), LINGER_MS);
  }

  #startHeartbeat(): NodeJS.Timeout {
    let isAsking = false;
    return setInterval(() => {
      // Its start has a limit of its own.
      if (!this.#isReady || isAsking) return;
      isAsking = true;
      void this.#ask(SILENCE_MS).then(() => (isAsking = false));
    }, HEARTBEAT_MS);
  }

  /** A runtime that is lost is noticed by this alone. */
  async #ask(limitMs: number): Promise<void> {
    const asked = this.#client.ping().catch((error: unknown) => {
      this.#lose(new RuntimeLostError(errorText(error), { cause: error }));
    });
    if (!(await within(asked, limitMs))) this.#lose(new RuntimeLostError(`it has not answered for ${limitMs} ms`));
  }

  #stopHeartbeat(): void {
    clearInterval(this.#heartbeat);
    this.#heartbeat = undefined;
  }

  #lose(error: RuntimeLostError): void {
    if (this.hasEnded) return;
    this.#ended = this.#kill();
    for (const onLoss of this.#losses) onLoss(error);
  }

  async #stop(): Promise<void> {
    this.#stopHeartbeat();
    clearTimeout(this.#lingering);
    if (this.#isReady && (await within(this.#client.stop(), STOP_MS))) await this.#cleanUp();
    else await this.#kill();
  }

  async #kill(): Promise<void> {
    this.#stopHeartbeat();
    clearTimeout(this.#lingering);
    await within(this.#client.forceStop(), STOP_MS);
    await this.#cleanUp();
  }

  async #cleanUp(): Promise<void> {
    await this.#processes?.end().catch(() => undefined);
    for (const id of this.#sessions) await this.#removeFolder(id);
    this.#unguard();
  }

  async #forget(sessionId: string): Promise<void> {
    const isDeleted = !this.hasEnded && (await within(this.#client.deleteSession(sessionId), STOP_MS));
    if (!isDeleted) await this.#removeFolder(sessionId);
    else this.#sessions.delete(sessionId);
  }

  async #removeFolder(sessionId: string): Promise<void> {
    await rm(this.#folderOf(sessionId), { recursive: true, force: true }).catch(() => undefined);
    this.#sessions.delete(sessionId);
  }

  #folderOf(sessionId: string): string {
    return path.join(this.#sessionsFolder, sessionId);
  }
}
