import { createPromptHandler, promptWithUpstream } from "@ttasks/handlers-copilot";
import { Task, type Handler } from "ttasks";
import type { Repository } from "./read-repository.ts";

/** A model service that hangs does not hold the preflight for longer. */
const TIMEOUT_MS = 30_000;

/** The task that asks what to do next; it is to come after the checks, whose results the handler adds to its prompt. */
export function recommendTask({ name }: Repository): Task<"prompt"> {
  const prompt = [
    `A developer has run the checks of the repository ${JSON.stringify(name)} before a push. Their results follow.`,
    'A check that is still "pending" was not started because another one did not succeed.',
    "Recommend the next action: if checks failed, which one to look at first and what its output points to.",
    "Answer in at most three short sentences of plain text, without Markdown.",
  ];
  return Task.prompt(prompt.join("\n"), { title: "Recommend next action", timeoutMs: TIMEOUT_MS });
}

/** The handler of that task; `env` is the environment of the Copilot runtime. */
export function createRecommendHandler(env: NodeJS.ProcessEnv): Handler<"prompt"> {
  // Any model will do for three sentences; which one it was is shown with its answer.
  return createPromptHandler({ env, buildPrompt: promptWithUpstream, onModelFallback: "warn" });
}
