import type { HandlerContext } from "@ttasks/core";
import type { TurnSettings } from "./copilot-options.ts";
import type { SessionEvent } from "./copilot-sdk.ts";
import { LiveTurn } from "./live-turn.ts";
import {
  emptyAnswer,
  idleTooLong,
  modelFallback,
  sessionError,
  TurnError,
  type SessionErrorData,
} from "./turn-error.ts";
import { TurnUsage } from "./turn-usage.ts";

/** After a rate limit the runtime may still tell when it ends. */
const RETRY_HINT_MS = 200;

type Fields = Readonly<Record<string, unknown>>;

/** One turn as its events tell it: what came of it, and how it ends. The first ending wins. */
export class Turn {
  readonly usage: TurnUsage;
  /** Resolves when the turn is over, rejects when it failed; a failure may leave it running in the runtime. */
  readonly ended: Promise<void>;
  readonly #settings: TurnSettings;
  readonly #live: LiveTurn;
  readonly #warnings: string[] = [];
  #settle!: { readonly resolve: () => void; readonly reject: (error: Error) => void };
  #isOver = false;
  #hasEnded = false;
  #answer: SessionEvent | undefined;
  #unfinished = "";
  #lastFailure: string | undefined;
  #rateLimit: SessionErrorData | undefined;
  #idle: NodeJS.Timeout | undefined;
  #questions = 0;
  #events = 0;
  #rateLimitTimer: NodeJS.Timeout | undefined;

  constructor(settings: TurnSettings, output: HandlerContext["output"]) {
    this.#settings = settings;
    this.usage = new TurnUsage(settings.model);
    this.#live = new LiveTurn(output);
    this.ended = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.ended.catch(() => undefined);
  }

  /** Whether it has succeeded or failed. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Whether the runtime itself has ended the turn. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** The last message of the agent itself. */
  get answer(): string {
    const { content } = Object(this.#answer?.data) as Fields;
    return typeof content === "string" ? content : "";
  }

  /** The event of the last message, as the SDK gives it. */
  get raw(): SessionEvent | undefined {
    return this.#answer;
  }

  /** What there is of an answer: of a turn that was broken off the message that was not finished. */
  get said(): string {
    return this.#unfinished || this.answer;
  }

  /** What the user should know although the turn went on, a line each. */
  get warnings(): string {
    return this.#warnings.map((line) => `${line}\n`).join("");
  }

  /** What went wrong with the model last, while the runtime tries again in silence; empty if nothing did. */
  get note(): string {
    return this.#lastFailure === undefined ? "" : `The last call of the model failed (${this.#lastFailure}).`;
  }

  /** Watches from here on whether the turn gives signs of life. */
  watchIdle(): void {
    const { idleTimeoutMs } = this.#settings;
    if (idleTimeoutMs === undefined) return;
    this.#idle = setTimeout(() => {
      // What has come while this process was busy counts: it is seen only now.
      const seen = this.#events;
      setImmediate(() => {
        if (this.#questions === 0 && this.#events === seen) this.fail(idleTooLong(idleTimeoutMs, this.note));
      });
    }, idleTimeoutMs);
  }

  /** A turn that waits for an answer of its user is not idle. */
  readonly onQuestion = (isOpen: boolean): void => {
    this.#questions += isOpen ? 1 : -1;
    this.#idle?.refresh();
  };

  fail(error: Error): void {
    this.#hasEnded = true;
    this.#settle.reject(error);
  }

  /** Fails, or goes on with a warning. */
  react(how: "fail" | "warn", error: TurnError): void {
    if (how === "fail") this.fail(error);
    else if (!this.#warnings.includes(error.reason)) this.#warnings.push(error.reason);
  }

  /** No event and no timer counts any more. */
  close(): void {
    clearTimeout(this.#idle);
    clearTimeout(this.#rateLimitTimer);
  }

  /** Takes note of an event. */
  readonly onEvent = (event: SessionEvent): void => {
    this.#events++;
    this.#idle?.refresh();
    this.usage.add(event);
    this.#live.add(event);
    if (event.agentId === undefined) this.#noteOwn(event, Object(event.data) as Fields);
  };

  /** Events of the agent itself; its sub-agents have endings and models of their own. */
  #noteOwn(event: SessionEvent, data: Fields): void {
    switch (event.type) {
      case "session.tools_updated":
        this.#checkModel(data["model"]);
        break;
      case "assistant.message_delta":
        if (typeof data["deltaContent"] === "string") this.#unfinished += data["deltaContent"];
        break;
      case "assistant.message":
        this.#checkModel(data["model"]);
        this.#answer = event;
        this.#unfinished = "";
        break;
      case "model.call_failure":
        this.#lastFailure = failureText(data);
        break;
      case "session.error":
        this.#onError(data);
        break;
      case "auto_mode_switch.requested":
        if (this.#rateLimit) this.#failBy(this.#rateLimit, secondsToMs(data["retryAfterSeconds"]));
        break;
      case "session.idle":
        this.#onIdle(data["aborted"] === true);
        break;
    }
  }

  #checkModel(model: unknown): void {
    const { provider, model: requested, onModelFallback } = this.#settings;
    if (provider !== undefined || typeof model !== "string" || isSameModel(requested, model)) return;
    this.react(onModelFallback, modelFallback(requested, model));
  }

  #onError(data: SessionErrorData & { readonly eligibleForAutoSwitch?: boolean }): void {
    this.#isOver = true;
    if (data.eligibleForAutoSwitch !== true) {
      this.#failBy(data);
      return;
    }
    this.#rateLimit = data;
    this.#rateLimitTimer = setTimeout(() => this.#failBy(data), RETRY_HINT_MS);
  }

  #failBy(data: SessionErrorData, retryAfterMs?: number): void {
    const { model, provider } = this.#settings;
    this.fail(sessionError(data, { model, baseUrl: provider?.baseUrl }, retryAfterMs));
  }

  #onIdle(isAborted: boolean): void {
    this.#isOver = true;
    // It ends by that.
    if (this.#rateLimit) return;
    if (isAborted) this.fail(new TurnError("the runtime broke the turn off"));
    else if (this.answer.trim() === "") this.fail(emptyAnswer(this.#settings.model));
    else this.#succeed();
  }

  #succeed(): void {
    this.#hasEnded = true;
    this.#settle.resolve();
  }
}

/** The service may answer under the name of a dated version, or spell a version in another way; "auto" leaves the choice to it. */
function isSameModel(requested: string, model: string): boolean {
  return requested === "auto" || plainName(requested) === plainName(model);
}

function plainName(model: string): string {
  const name = model.toLowerCase().replaceAll(/[._]/g, "-");
  return name.replace(/-\d{4}-?\d{2}-?\d{2}$/, "");
}

function failureText({ statusCode, errorMessage }: Fields): string {
  const status = typeof statusCode === "number" ? `status ${statusCode}` : undefined;
  const message = typeof errorMessage === "string" ? errorMessage.slice(0, 200) : undefined;
  return [status, message].filter((part) => part !== undefined).join(": ") || "no answer";
}

function secondsToMs(seconds: unknown): number | undefined {
  return typeof seconds === "number" && Number.isFinite(seconds) ? seconds * 1_000 : undefined;
}
