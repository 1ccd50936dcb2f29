import type { Handler, HandlerContext } from "@ttasks/core";
import { expected } from "@ttasks/node-support";
import type { TurnSettings } from "./copilot-options.ts";
import { runTurn, type TurnPlan } from "./run-turn.ts";
import type { SharedRuntime } from "./shared-runtime.ts";

/** So long a turn that was told to stop may take to leave nothing behind. */
const GRACE_MS = 5_000;

/** Plans the turn of one task. */
type Planner = (
  context: HandlerContext,
) => Omit<TurnPlan, "settings" | "prompt"> | Promise<Omit<TurnPlan, "settings" | "prompt">>;

/** A handler whose turns run in a runtime that it shares with others. */
export function sharedHandler(
  runtime: SharedRuntime,
  settings: TurnSettings,
  plan: Planner,
): Handler<"prompt"> & Handler<"agent"> {
  const run = async (context: HandlerContext): ReturnType<typeof runTurn> => {
    const prompt: unknown = settings.buildPrompt(context);
    if (typeof prompt !== "string" || prompt.trim() === "") throw expected("prompt", "a non-empty string", prompt);
    const planned = await plan(context);
    // Whoever is stopped before the start needs no runtime.
    context.signal.throwIfAborted();
    return runTurn(runtime, { ...planned, settings, prompt }, context);
  };
  return Object.assign(run, { graceMs: GRACE_MS, [Symbol.asyncDispose]: () => runtime.dispose() });
}
