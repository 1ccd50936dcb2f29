import type { HandlerBench } from "./handler-suite.ts";

/** Waits until the handler was called, or surely was, and had a moment to start what it starts. */
export async function untilItRuns({ openCalls }: Pick<HandlerBench, "openCalls">): Promise<void> {
  for (let rounds = 0; rounds === 0 || (openCalls() === 0 && rounds < 40); rounds++)
    await new Promise((resolve) => setTimeout(resolve, 50));
}
