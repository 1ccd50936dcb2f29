import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";

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

  it("run on the real package as it comes, which tells a user who is not signed in how to do so", async () => {
    const home = mkdtempSync(path.join(os.tmpdir(), "ttasks-home-"));
    onTestFinished(() => rmSync(home, { recursive: true, force: true }));
    const signedOut = {
      HOME: home,
      COPILOT_HOME: home,
      XDG_CACHE_HOME: home,
      GH_CONFIG_DIR: home,
      COPILOT_DISABLE_KEYTAR: "1",
    };
    const noTokens = { COPILOT_GITHUB_TOKEN: undefined, GH_TOKEN: undefined, GITHUB_TOKEN: undefined };
    // Whatever keeps a runtime from being there is told in a line of the same kind.
    const args = ["--conditions=source", "--import", "tsx", fileURLToPath(fixture("ask.mjs"))];
    const env = { ...process.env, ...signedOut, ...noTokens, COPILOT_PACKAGE: undefined };
    const { stdout } = await promisify(execFile)(process.execPath, args, { env });
    const lines = stdout.trimEnd().split("\n");
    expect(lines).toHaveLength(2);
    for (const line of lines)
      expect(line).toMatch(/^failed: Task ".*": .*(npx @github\/copilot login|runtime did not start)/);
  });

  it("fail with the error of a package that is installed and does not load", async () => {
    expect(await ask(fixture("broken.mjs"))).toEqual(["failed: the SDK is broken", "failed: the SDK is broken"]);
  });
});
