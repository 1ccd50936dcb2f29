import { shellHandlers } from "@ttasks/handlers-shell";
import { describeHandler, type TestApi } from "@ttasks/testkit";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { canCount, census, newMarker } from "./census.ts";

const fixtures = fileURLToPath(new URL("fixtures", import.meta.url));

/** Holds the Bash handler, and the PowerShell handler with a stand-in for `pwsh`, against the contract. */
export function describeShellHandlers(api: TestApi): void {
  const marker = newMarker();
  const env = { ...marker, PATH: [fixtures, process.env.PATH].join(path.delimiter) };
  const { bash, powershell } = shellHandlers({ env, killGraceMs: 2_000 });
  // Where processes cannot be counted, those tests are left out.
  const counted = canCount ? { leftovers: () => census(marker) } : {};

  api.describe("the bash handler", () => {
    describeHandler(api, {
      create: () => bash,
      type: "bash",
      succeeds: { payload: "sleep 0.1 & cat", metadata: { shell: { stdin: "hello" } }, output: "hello" },
      fails: { payload: "echo boom >&2; exit 7" },
      hangs: { payload: "(sleep 300; true) & sleep 300; true" },
      prints: { payload: "printf one; sleep 0.1; printf two" },
      ...counted,
    });
  });

  if (process.platform === "win32") return;
  api.describe("the powershell handler with a stand-in for pwsh", () => {
    describeHandler(api, {
      create: () => powershell,
      type: "powershell",
      succeeds: { payload: "Write-Output 'hello'", output: "hello\n" },
      fails: { payload: "[Console]::Error.WriteLine('boom'); exit 3" },
      hangs: { payload: "Start-Sleep 300" },
      prints: { payload: "Write-Output 'hello'" },
      ...counted,
    });
  });
}
