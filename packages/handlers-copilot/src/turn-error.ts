import { errorText, endingSignal } from "@ttasks/node-support";
import type { CopilotProvider } from "./copilot-provider.ts";
import type { RuntimeLostError } from "./runtime.ts";

/** What a {@link TurnError} may hold. */
export interface TurnErrorOptions {
  readonly cause?: unknown;
  readonly retryAfterMs?: number | undefined;
  readonly isStop?: boolean | undefined;
  readonly advice?: string | undefined;
}

/** Why a turn did not succeed, and what to do about it. */
export class TurnError extends Error {
  /** In how many milliseconds trying again may help. */
  readonly retryAfterMs: number | undefined;

  /** The message without the advice. */
  readonly reason: string;
  /** Whether the task was told to stop, so that the executor has an error of its own. */
  readonly isStop: boolean;

  constructor(reason: string, options: TurnErrorOptions = {}) {
    const { advice, cause } = options;
    super(advice === undefined ? reason : `${reason} ${advice}`, cause === undefined ? undefined : { cause });
    this.reason = reason;
    this.retryAfterMs = options.retryAfterMs;
    this.isStop = options.isStop === true;
  }
}

/** What the runtime tells of a turn that failed. */
export interface SessionErrorData {
  readonly errorType?: string | undefined;
  readonly errorCode?: string | undefined;
  readonly message?: string | undefined;
  readonly statusCode?: number | undefined;
}

/** Whom to ask for what: Copilot for a sign-in, a provider of one's own for its key. */
export interface Service {
  readonly model: string;
  /** Where the provider answers; `undefined` for GitHub Copilot. */
  readonly baseUrl: string | undefined;
}

const SIGN_IN =
  "sign in to GitHub Copilot with `npx @github/copilot login`, or set COPILOT_GITHUB_TOKEN (or give a `provider` of your own)";

/** The runtime could not be started, or could not open a session. */
export function startError(cause: unknown, provider: CopilotProvider | undefined): TurnError {
  // The SDK's own advice is for those who call it themselves.
  const text = errorText(cause).replace(/ Set COPILOT_CLI_PATH .*| Reinstall @github.*/, "");
  return new TurnError(
    `the Copilot runtime did not start: ${text.replace(/[.\s]+$/, "")}. ${startAdvice(text, provider)}`,
    {
      cause,
    },
  );
}

function startAdvice(text: string, provider: CopilotProvider | undefined): string {
  if (/Could not resolve @github\/copilot-sdk-/.test(text))
    return (
      "Its package for this platform is missing: install again without leaving out optional dependencies " +
      "(npm install --include=optional @github/copilot-sdk), or name a runtime in COPILOT_CLI_PATH."
    );
  if (text.startsWith("Copilot CLI not found"))
    return "Correct COPILOT_CLI_PATH, or unset it to use the runtime that the SDK brings.";
  if (provider === undefined && /not authenticated|authentication failed|\b401\b/i.test(text))
    return `Please ${SIGN_IN}.`;
  return "Check that it may be run here, and COPILOT_CLI_PATH if you have set it.";
}

/** The runtime ended a turn with an error. */
export function sessionError(data: SessionErrorData, service: Service, retryAfterMs?: number): TurnError {
  const said = data.message?.trim() || "the runtime gave no reason";
  const told = `${said.replace(/[.\s]+$/, "")}${data.statusCode === undefined ? "" : ` (status ${data.statusCode})`}`;
  return new TurnError(`${told}. ${sessionAdvice(data, service, said)}`, { cause: data, retryAfterMs });
}

/** What to do about each kind of error; of several that hold the first counts. */
const ADVICE: readonly {
  readonly types: readonly string[];
  readonly status: readonly number[];
  readonly said?: RegExp;
  readonly advice: (service: Service) => string;
}[] = [
  {
    types: [],
    status: [],
    said: /No GitHub OAuth token|not authenticated/i,
    advice: () => `You are not signed in: ${SIGN_IN}.`,
  },
  {
    types: ["authentication", "authorization"],
    status: [401, 403],
    advice: ({ baseUrl, model }) =>
      baseUrl === undefined
        ? `Copilot refused the sign-in: ${SIGN_IN}, with an account that may use model "${model}".`
        : `The provider refused the key: check \`provider.apiKey\` for ${baseUrl}.`,
  },
  {
    types: ["rate_limit"],
    status: [429],
    advice: () => "Wait before you try again, or run fewer tasks at once.",
  },
  {
    types: ["quota"],
    status: [402],
    advice: () => "The quota is used up: wait for the next period, or raise it.",
  },
  {
    types: ["context_limit"],
    status: [413],
    advice: ({ model }) => `The prompt is longer than model "${model}" takes: shorten it, or choose another model.`,
  },
  { types: [], status: [], said: /No response was returned/, advice: ({ model }) => emptyAdvice(model) },
];

function sessionAdvice({ errorType = "", statusCode = 0 }: SessionErrorData, service: Service, said: string): string {
  const found = ADVICE.find((rule) => {
    return rule.types.includes(errorType) || rule.status.includes(statusCode) || rule.said?.test(said) === true;
  });
  return found?.advice(service) ?? callAdvice(service);
}

function callAdvice({ model, baseUrl }: Service): string {
  return baseUrl === undefined
    ? `The call of model "${model}" failed: try again, or choose another model.`
    : `The call of model "${model}" at ${baseUrl} failed: check the model's name and the address.`;
}

/** The turn ended without a text. */
export function emptyAnswer(model: string): TurnError {
  return new TurnError(`the answer is empty. ${emptyAdvice(model)}`);
}

function emptyAdvice(model: string): string {
  return `Model "${model}" gave no text: try again, or ask for a text at the end.`;
}

/** Another model answered than was asked for. */
export function modelFallback(requested: string, model: string): TurnError {
  return new TurnError(
    `model "${requested}" was asked for, but "${model}" answers: Copilot does not offer the first to you.`,
    { advice: 'Choose a model that it offers, or take what comes with onModelFallback: "warn".' },
  );
}

/** A tool call was refused. */
export function permissionRefused(refusal: string): TurnError {
  return new TurnError(`permission was refused for ${refusal}.`, {
    advice: 'Allow it in onPermissionRequest, or let the agent find another way with onPermissionRefused: "warn".',
  });
}

/** Nothing was heard of the turn for too long. */
export function idleTooLong(idleTimeoutMs: number, note: string): TurnError {
  return new TurnError(
    `nothing was heard of the turn for ${idleTimeoutMs} ms (idleTimeoutMs), so it was broken off. ${note}${note && " "}` +
      "Choose a longer time if a tool or the model may be silent for so long.",
  );
}

/** The runtime is gone. */
export function runtimeLost(cause: RuntimeLostError): TurnError {
  const isEnding = endingSignal() !== undefined;
  return new TurnError(`the Copilot runtime was lost: ${cause.message.replace(/[.\s]+$/, "")}.`, {
    cause,
    advice: isEnding ? undefined : "The next task starts a new one; run this task again.",
  });
}
