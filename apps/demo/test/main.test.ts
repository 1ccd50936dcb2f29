import { spawn } from "node:child_process";
import { once } from "node:events";
import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { copilotStandIn } from "./copilot-stand-in.ts";
import { fixtureRepository } from "./fixture-repository.ts";

const MAIN = path.resolve(import.meta.dirname, "../src/main.ts");

/** Without the environment of a stand-in no model is asked. */
function start(repository: string, marker: string, copilot?: NodeJS.ProcessEnv, more: readonly string[] = []) {
  const args = ["--conditions=source", "--import", "tsx", MAIN, repository, ...(copilot ? [] : ["--no-ai"]), ...more];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...copilot, TTASKS_TEST_MARKER: marker },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return { child, output: () => output };
}

/** Every process that was given the marker, whoever its parent is now. */
function withMarker(marker: string): string[] {
  return readdirSync("/proc").filter((entry) => {
    try {
      return /^\d+$/.test(entry) && readFileSync(`/proc/${entry}/environ`, "latin1").includes(marker);
    } catch {
      return false;
    }
  });
}

describe("the program", () => {
  it("ends with the exit code of the preflight", async () => {
    const { child, output } = start(fixtureRepository({ scripts: { lint: "node -e 0" } }), randomUUID());
    const [exitCode] = (await once(child, "close")) as [number];
    expect({ exitCode, output: output() }).toMatchObject({ exitCode: 0 });
  });

  it.skipIf(process.platform !== "linux").each(["SIGINT", "SIGTERM"] as const)(
    "at %s cancels everything, leaves no process, shows the report and ends with exit code 130",
    async (signal) => {
      const marker = randomUUID();
      const lint = "(trap '' TERM; sleep 300) & nohup sleep 301 >/dev/null 2>&1 & echo started; sleep 302";
      const { child, output } = start(
        fixtureRepository({ scripts: { lint, test: "sleep 303", build: "sleep 1" } }),
        marker,
      );
      const closed = once(child, "close");
      while (!output().includes("test: npm run test") || withMarker(marker).length < 6) await sleep(50);
      child.kill(signal);
      const [exitCode] = (await closed) as [number];
      expect(exitCode).toBe(130);
      expect(withMarker(marker)).toEqual([]);
      expect(output()).toMatch(/■ lint +cancelled/);
      expect(output()).toMatch(/■ test +cancelled/);
      expect(output()).toMatch(/^Cancelled: 2 cancelled, 1 blocked in /m);
    },
  );

  it.skipIf(process.platform !== "linux")(
    "ends what an earlier run that was killed has left, and says so",
    async () => {
      const marker = randomUUID();
      const repository = fixtureRepository({ scripts: { lint: "test -e .again || sleep 300" } });
      const ledger = path.join(repository, "ledger.db");
      const killed = start(repository, marker, undefined, ["--ledger", ledger]);
      while (withMarker(marker).length < 3) await sleep(50);
      const closed = once(killed.child, "close");
      killed.child.kill("SIGKILL");
      await closed;
      expect(withMarker(marker)).not.toEqual([]);
      writeFileSync(path.join(repository, ".again"), "");
      const again = start(repository, randomUUID(), undefined, ["--ledger", ledger]);
      const [exitCode] = (await once(again.child, "close")) as [number];
      expect({ exitCode, output: again.output() }).toMatchObject({ exitCode: 0 });
      expect(again.output()).toContain("! An earlier preflight was killed while it ran lint\n");
      expect(withMarker(marker)).toEqual([]);
    },
  );

  it.skipIf(process.platform !== "linux")(
    "shows the report while a model thinks, and at SIGINT leaves no process of it",
    async () => {
      const marker = randomUUID();
      const copilot = await copilotStandIn();
      const repository = fixtureRepository({ scripts: { lint: "node -e 0" } });
      const { child, output } = start(repository, marker, copilot.signedIn);
      const closed = once(child, "close");
      while (!output().includes("Ledger: ") || copilot.prompts.length === 0) await sleep(50);
      expect(output()).toContain("▸ Recommend next action: asks GitHub Copilot\n");
      expect(output()).toContain("All checks passed: 1 done in ");
      child.kill("SIGINT");
      const [exitCode] = (await closed) as [number];
      expect(exitCode).toBe(130);
      expect(withMarker(marker)).toEqual([]);
      expect(output()).toMatch(/\n■ Recommend next action: cancelled after .*\n$/);
    },
  );
});
