import { randomUUID } from "node:crypto";
import {
  HandlerOutput,
  TaskExecutionError,
  TaskTimeoutError,
  type HandlerContext,
  type HandlerOutputFields,
  type Task,
} from "@ttasks/core";
import { errorText } from "@ttasks/node-support";
import type { TurnSettings } from "./copilot-options.ts";
import type { SessionConfig } from "./copilot-sdk.ts";
import { RuntimeLostError } from "./runtime.ts";
import type { SharedRuntime } from "./shared-runtime.ts";
import { runtimeLost, startError, TurnError } from "./turn-error.ts";
import { TurnSession } from "./turn-session.ts";
import type { Turn } from "./turn.ts";
import { within } from "./within.ts";

/** Longer answers, which no model gives today, are cut. */
const MAX_ANSWER_CHARACTERS = 16 * 1024 * 1024;

/** So long a session that is no longer wanted may take to open: it cannot be called off, and is to be closed. */
const OPENING_MS = 1_500;

/** What one turn is to do. */
export interface TurnPlan {
  readonly turn: Turn;
  readonly settings: TurnSettings;
  readonly prompt: string;
  /** Milliseconds that the turn may take; `undefined` for no limit of the handler's own. */
  readonly timeoutMs: number | undefined;
  /** What makes it a prompt or an agent. */
  readonly config: Omit<SessionConfig, "sessionId" | "model" | "streaming" | "onEvent">;
  /** Whether it has tools, whose processes are to be ended. */
  readonly hasTools: boolean;
}

/** Runs one turn to its end, and leaves nothing of it behind, however it ends. */
export async function runTurn(
  runtime: SharedRuntime,
  plan: TurnPlan,
  { task, signal }: HandlerContext,
): Promise<HandlerOutput<string>> {
  const { turn } = plan;
  const stopWatching = watchStops(plan, task, signal);
  const giveUp = new AbortController();
  turn.watchIdle();
  const opening = TurnSession.open(runtime, sessionConfig(plan), giveUp.signal);
  try {
    await Promise.race([converse(opening, plan), turn.ended]);
    await turn.ended;
    const { warnings } = turn;
    return new HandlerOutput({ ...outcomeOf(turn), ...(warnings !== "" && { stderr: warnings }) });
  } catch (error) {
    throw failure(task, error, turn);
  } finally {
    stopWatching();
    if (!(await within(opening, OPENING_MS))) giveUp.abort();
    await closeWhenOpen(opening, plan);
  }
}

/** Sends the prompt; then the events tell how the turn goes on. */
async function converse(opening: Promise<TurnSession>, { turn, prompt, hasTools, settings }: TurnPlan): Promise<void> {
  const session = await opening.catch((error: unknown) => {
    throw error instanceof RuntimeLostError || error instanceof TurnError
      ? error
      : startError(error, settings.provider);
  });
  session.lost.catch((error: unknown) => turn.fail(error as RuntimeLostError));
  // Without the marks the end of the runtime ends what tools have started.
  if (hasTools) await session.markTools().catch(() => undefined);
  if (turn.hasEnded) return;
  await session.send(prompt).catch((cause: unknown) => {
    if (cause instanceof RuntimeLostError) throw cause;
    throw new TurnError(`the prompt could not be sent: ${errorText(cause)}`, { cause });
  });
}

/** What can stop a turn from outside; returns what ends the watch. */
function watchStops({ turn, timeoutMs }: TurnPlan, task: Task, signal: AbortSignal): () => void {
  const onAbort = (): void => turn.fail(new TurnError("the turn was stopped", { cause: signal.reason, isStop: true }));
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  const timer =
    timeoutMs === undefined ? undefined : setTimeout(() => turn.fail(timeoutError(task, timeoutMs, turn)), timeoutMs);
  return () => {
    signal.removeEventListener("abort", onAbort);
    clearTimeout(timer);
    turn.close();
  };
}

function timeoutError(task: Task, timeoutMs: number, { note }: Turn): TaskTimeoutError {
  return new TaskTimeoutError(task, timeoutMs, note === "" ? undefined : { cause: new TurnError(note) });
}

function sessionConfig({ turn, settings, config }: TurnPlan): SessionConfig {
  const { model, provider } = settings;
  return {
    ...config,
    sessionId: randomUUID(),
    model,
    streaming: true,
    onEvent: turn.onEvent,
    // Otherwise prompts and answers would be kept for searches in later sessions.
    enableSessionStore: false,
    ...(provider && { provider }),
  };
}

/** A session that opens only after the end of its turn is closed all the same. */
async function closeWhenOpen(opening: Promise<TurnSession>, { turn, hasTools }: TurnPlan): Promise<void> {
  const session = await opening.catch(() => undefined);
  await session?.close({ isOver: turn.isOver, hasTools });
}

function outcomeOf(turn: Turn): HandlerOutputFields<string> {
  const { said, raw } = turn;
  return {
    output: said.slice(0, MAX_ANSWER_CHARACTERS),
    truncated: said.length > MAX_ANSWER_CHARACTERS,
    usage: turn.usage.total,
    raw,
  };
}

/** What is thrown; it carries what the turn had by then. */
function failure(task: Task, thrown: unknown, turn: Turn): Error {
  if (thrown instanceof TaskTimeoutError) return Object.assign(thrown, outcomeOf(turn));
  const error = thrown instanceof RuntimeLostError ? runtimeLost(thrown) : thrown;
  const { message, retryAfterMs } = error instanceof TurnError ? error : startError(error, undefined);
  // The executor's own error for a timeout cannot tell it.
  const stderr = error instanceof TurnError && error.isStop && turn.note !== "" ? turn.note : undefined;
  return new TaskExecutionError(`Task "${task.title}": ${message}`, {
    ...outcomeOf(turn),
    stderr,
    retryAfterMs,
    taskId: task.id,
    title: task.title,
    cause: error,
  });
}
