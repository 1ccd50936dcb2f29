import path from "node:path";
import { SqliteStore } from "@ttasks/store-sqlite";
import { describe, expect, it } from "vitest";
import { copilotStandIn } from "./copilot-stand-in.ts";
import { fixtureFolder, fixtureRepository } from "./fixture-repository.ts";
import { runPreflight } from "./run-preflight.ts";

const PASSES = { lint: "node -e 0" };
const FAILS = { lint: `node -e "console.log('1 problem');process.exit(3)"`, build: "node -e 0" };

function stored(ledger: string) {
  const store = new SqliteStore(ledger);
  try {
    const [recommend] = store.tasks.find({ type: "prompt" });
    return { recommend, ok: store.graphs.find()[0]?.ok };
  } finally {
    store.close();
  }
}

describe("the recommendation", () => {
  it("is what the model answers to the results of the checks, below the report", async () => {
    const copilot = await copilotStandIn("Repair lint.\nThen push.");
    const ledger = path.join(fixtureFolder(), "ledger.db");
    const argv = [fixtureRepository({ name: "app", scripts: FAILS }), "--ledger", ledger];
    const { exitCode, stdout, stderr } = await runPreflight(argv, { copilot: copilot.signedIn });
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: "" });
    expect(stdout).toContain("▸ Recommend next action: asks GitHub Copilot\n");
    expect(stdout).toContain("Not all checks passed: 1 failed, 1 blocked in ");
    expect(stdout).toMatch(
      /Ledger: .*\n\n✔ Recommend next action: done after .* \(gpt-5.4-mini\)\n {2}Repair lint\.\n {2}Then push\.\n$/,
    );

    expect(copilot.prompts).toHaveLength(1);
    expect(copilot.prompts[0]).toMatch(/the repository "app".*at most three short sentences/s);
    expect(copilot.prompts[0]).toMatch(/title: lint\n.*exit code: 3\n.*1 problem\n.*title: build\n.*status: pending/s);
    const { recommend } = stored(ledger);
    expect(recommend).toMatchObject({ title: "Recommend next action", status: "done", timeoutMs: 30_000 });
    expect(recommend?.result?.output).toBe("Repair lint.\nThen push.");
  });

  it("waits for no user who is not signed in: it fails at once, is optional, and says how to sign in", async () => {
    const copilot = await copilotStandIn("Never heard.");
    const ledger = path.join(fixtureFolder(), "ledger.db");
    const argv = [fixtureRepository({ scripts: PASSES }), "--ledger", ledger];
    const { exitCode, stdout, stderr } = await runPreflight(argv, { copilot: copilot.signedOut });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toContain("All checks passed: 1 done in ");
    expect(stdout).toMatch(
      /\n○ Recommend next action: failed \(optional\) after .*\n {2}You are not signed in: .*COPILOT_GITHUB_TOKEN.*\n$/,
    );
    expect(stdout.trimEnd().split("\n").at(-1)).not.toMatch(/provider|InvalidArg/);
    expect(copilot.prompts).toEqual([]);

    const { recommend, ok } = stored(ledger);
    expect({ ok, status: recommend?.status }).toEqual({ ok: true, status: "failed" });
    // A tenth of that where nothing else runs.
    expect(recommend?.result?.durationMs).toBeLessThan(2_000);
  });

  it("is optional too where there is no runtime", async () => {
    const copilot = await copilotStandIn();
    const env = { ...copilot.signedOut, COPILOT_CLI_PATH: path.join(fixtureFolder(), "nowhere") };
    const { exitCode, stdout } = await runPreflight([fixtureRepository({ scripts: PASSES })], { copilot: env });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /\n○ Recommend next action: failed \(optional\) after .*\n {2}The Copilot runtime did not start: .*\n$/,
    );
  });

  it("is no task at all with --no-ai, and nothing is sent", async () => {
    const copilot = await copilotStandIn("Never heard.");
    const ledger = path.join(fixtureFolder(), "ledger.db");
    const argv = [fixtureRepository({ scripts: PASSES }), "--ledger", ledger, "--no-ai"];
    const { exitCode, stdout } = await runPreflight(argv, { copilot: copilot.signedIn });
    expect(exitCode).toBe(0);
    expect(stdout).not.toContain("Recommend");
    expect(stored(ledger)).toEqual({ recommend: undefined, ok: true });
    expect(copilot.prompts).toEqual([]);
  });

  it("is not asked for by a run that was broken off", async () => {
    const copilot = await copilotStandIn("Never heard.");
    const repository = fixtureRepository({ scripts: PASSES });
    const choices = { copilot: copilot.signedIn, signal: AbortSignal.abort() };
    const { exitCode, stdout } = await runPreflight([repository], choices);
    expect(exitCode).toBe(130);
    expect(stdout).toMatch(/· lint +not run/);
    expect(stdout).not.toContain("Recommend");
    expect(copilot.prompts).toEqual([]);
  });

  it("goes on below the report in the live list of a terminal", async () => {
    const copilot = await copilotStandIn("Push it.");
    const repository = fixtureRepository({ scripts: PASSES });
    const { stdout } = await runPreflight([repository], { copilot: copilot.signedIn, isTTY: true });
    expect(stdout).toContain("waits for the checks");
    const [, below] = stdout.split("Ledger:");
    expect(below).toMatch(/recommend .*asks GitHub Copilot/);
    expect(below).not.toContain("lint");
    expect(stdout.endsWith("  Push it.\n")).toBe(true);
  });
});
