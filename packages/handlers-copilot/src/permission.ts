import { errorText } from "@ttasks/node-support";
import type { SdkDecision } from "./copilot-sdk.ts";

/** A tool call of an agent that asks for permission. */
export interface PermissionRequest {
  /** What is to be done: `"shell"`, `"write"`, `"read"`, `"url"`, `"mcp"` and others. */
  readonly kind: string;
  /** What more there is depends on the kind; a shell call has `fullCommandText`. */
  readonly [detail: string]: unknown;
}

/** The answer to a request. Everything but an approval is a refusal. */
export interface PermissionDecision {
  readonly kind: "approve-once" | "reject";
  /** Told to the model with a refusal. */
  readonly feedback?: string | undefined;
}

/**
 * Decides about the tool calls of an agent. One that throws, or does not answer in time, refuses.
 *
 * @example
 * ```ts
 * import { createAgentHandler, type PermissionHandler } from "@ttasks/handlers-copilot";
 *
 * const readOnly: PermissionHandler = ({ kind }) =>
 *   kind === "read" ? { kind: "approve-once" } : { kind: "reject", feedback: "Only look, do not touch." };
 * createAgentHandler({ onPermissionRequest: readOnly, onPermissionRefused: "warn" });
 * ```
 */
export type PermissionHandler = (request: PermissionRequest) => PermissionDecision | PromiseLike<PermissionDecision>;

/** What the SDK calls {@link PermissionHandler} through. */
export interface GuardedPermissions {
  readonly handler: PermissionHandler;
  /** For so long an answer is waited for. */
  readonly timeoutMs: number;
  /** Whether the turn has ended: nothing is approved any more. */
  readonly isOver: () => boolean;
  /** Settles when it has. */
  readonly ended: Promise<unknown>;
  /** Called around each question, as a turn that waits for an answer is not idle. */
  readonly onQuestion: (isOpen: boolean) => void;
  /** Called with each refusal, before the model hears of it. */
  readonly onRefusal: (refusal: string) => void;
}

/** An answer to every request: the SDK would hang on one that throws or never comes. */
export async function decide(
  request: PermissionRequest,
  { handler, timeoutMs, isOver, ended, onQuestion, onRefusal }: GuardedPermissions,
): Promise<SdkDecision> {
  if (isOver()) return TOO_LATE;
  onQuestion(true);
  const { decision, reason } = await answerOf(request, handler, { timeoutMs, ended }).finally(() => onQuestion(false));
  if (isOver()) return TOO_LATE;
  if (decision.kind !== "approve-once") onRefusal(`${asked(request)}${reason === undefined ? "" : ` (${reason})`}`);
  return decision;
}

/** Approves everything but what an administrator has reserved for a person. */
export const approveAll: PermissionHandler = ({ managedApprovalRequired }) =>
  managedApprovalRequired === undefined || managedApprovalRequired === false
    ? { kind: "approve-once" }
    : { kind: "reject", feedback: "An administrator wants a person to decide about this." };

interface Answer {
  readonly decision: SdkDecision;
  readonly reason: string | undefined;
}

const TOO_LATE: SdkDecision = { kind: "reject", feedback: "Refused: the task has ended" };

async function answerOf(
  request: PermissionRequest,
  handler: PermissionHandler,
  { timeoutMs, ended }: Pick<GuardedPermissions, "timeoutMs" | "ended">,
): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Answer>((resolve) => {
    timer = setTimeout(() => resolve(refusal(`no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    const over = ended.then(
      () => refusal("the task has ended"),
      () => refusal("the task has ended"),
    );
    return await Promise.race([Promise.resolve(handler(request)).then(readDecision), late, over]);
  } catch (error) {
    return refusal(`the permission handler threw: ${errorText(error)}`);
  } finally {
    clearTimeout(timer);
  }
}

/** Programs in plain JavaScript may answer anything. */
function readDecision(value: unknown): Answer {
  const { kind, feedback } = Object(value) as Partial<Record<"kind" | "feedback", unknown>>;
  if (kind === "approve-once") return { decision: { kind }, reason: undefined };
  const text = typeof feedback === "string" ? feedback : undefined;
  if (kind === "reject" && text !== undefined) return { decision: { kind, feedback: text }, reason: text };
  return kind === "reject"
    ? { decision: { kind }, reason: undefined }
    : refusal('the permission handler must answer { kind: "approve-once" } or { kind: "reject" }');
}

function refusal(reason: string): Answer {
  return { decision: { kind: "reject", feedback: `Refused: ${reason}` }, reason };
}

/** What was asked for, in one line. */
function asked(request: PermissionRequest): string {
  const details = ["fullCommandText", "fileName", "path", "url"].map((name) => request[name]);
  const detail = details.find((value) => typeof value === "string");
  const line = detail?.trim().split("\n", 1)[0]?.slice(0, 120);
  return line === undefined ? request.kind : `${request.kind}: ${line}`;
}
