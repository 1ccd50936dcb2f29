import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const fixture = (name: string): URL => new URL(`fixtures/copilot/${name}`, import.meta.url);

/** Runs a prompt and an agent task in a process of its own, in which the package is what `installed` says. */
async function ask(installed?: URL): Promise<string[]> {
  const args = ["--conditions=source", "--import", "tsx", "--import", fixture("installed.mjs").href];
  const { stdout } = await promisify(execFile)(process.execPath, [...args, fileURLToPath(fixture("ask.mjs"))], {
    env: { ...process.env, COPILOT_PACKAGE: installed?.href ?? "" },
  });
  return stdout.trimEnd().split("\n");
}

describe("AI tasks", () => {
  it("fail with the line that installs their handlers when these are not installed", async () => {
    expect(await ask()).toEqual([
      'failed: Tasks of type "prompt" need the Copilot handlers: npm install @ttasks/handlers-copilot',
      'failed: Tasks of type "agent" need the Copilot handlers: npm install @ttasks/handlers-copilot',
    ]);
  });

  it("are handed to the installed handlers, which are made once and freed when the executor closes", async () => {
    expect(await ask(fixture("stand-in.mjs"))).toEqual([
      "loaded",
      "prompt: What is a DAG?",
      "agent: Read the README",
      "disposed of prompt",
      "disposed of agent",
    ]);
  });

  it("fail with the error of a package that is installed and does not load", async () => {
    expect(await ask(fixture("broken.mjs"))).toEqual(["failed: the SDK is broken", "failed: the SDK is broken"]);
  });
});
