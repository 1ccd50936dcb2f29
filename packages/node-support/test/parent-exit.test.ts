import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

it("two copies of the guard answer a signal once, and give all processes their time", async () => {
  const program = fileURLToPath(new URL("fixtures/two-copies.ts", import.meta.url));
  const child = spawn(process.execPath, ["--conditions=source", "--import", "tsx", program]);
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    if ((said += chunk).endsWith("ready\n")) child.kill("SIGTERM");
  });
  const [, signal] = (await once(child, "close")) as [unknown, string];
  expect(said.trim().split("\n")).toEqual(["two copies", "ready", "quick ended", "slow ended"]);
  expect(signal).toBe("SIGTERM");
});
