import stringWidth from "string-width";
import { HandlerOutput, Task, TaskExecutor, type Handler } from "ttasks";
import { describe, expect, it } from "vitest";
import { renderRecommendation } from "../src/render-recommendation.ts";
import { fakeTerminal } from "./fake-terminal.ts";

/** The text for a task that was run by the handler, without what differs from run to run. */
async function rendered(handler: Handler<"prompt">, columns = 80, timeoutMs?: number): Promise<string> {
  const task = Task.prompt("What next?", { title: "Recommend", timeoutMs });
  await new TaskExecutor()
    .register("prompt", handler)
    .execute(task)
    .catch(() => undefined);
  return renderRecommendation(fakeTerminal(columns), task).replace(/(?<=after )[\d.]+ m?s/, "1 s");
}

describe("the text of a recommendation", () => {
  it("is the answer, with the model that gave it", async () => {
    const usage = { model: "gpt-5", requestedModel: "gpt-5" };
    expect(await rendered(() => new HandlerOutput({ output: "Push it.\n", usage }))).toBe(
      "✔ Recommend: done after 1 s (gpt-5)\n  Push it.\n",
    );
  });

  it.each([40, 80])("is wrapped between words to a terminal of %i columns", async (columns) => {
    const text = await rendered(() => "Look at lint first. ".repeat(8), columns);
    const lines = text.trimEnd().split("\n");
    for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
    expect(
      lines
        .slice(1)
        .map((line) => line.trim())
        .join(" "),
    ).toBe("Look at lint first. ".repeat(8).trim());
  });

  it("cannot move the cursor, and a long one is left to the ledger", async () => {
    expect(await rendered(() => "\u001B[2J\u001B[31mred\u001B[0m\u0007")).toContain("\n  red\n");
    expect((await rendered(() => "line\n".repeat(50))).split("\n").slice(-4)).toEqual(["  line", "  line", "  …", ""]);
  });

  it("is one line where it failed, which names no task again", async () => {
    const fails = (message: string) => rendered(() => Promise.reject(new Error(message)));
    expect(await fails("the answer is empty. Try again.\nat line 3")).toBe(
      "○ Recommend: failed (optional) after 1 s\n  The answer is empty. Try again.\n",
    );
    const hangs: Handler<"prompt"> = ({ signal }) => new Promise((_resolve, reject) => (signal.onabort = reject));
    expect(await rendered(hangs, 80, 20)).toBe("○ Recommend: failed (optional) after 1 s\n  Timed out after 20 ms\n");
  });
});
