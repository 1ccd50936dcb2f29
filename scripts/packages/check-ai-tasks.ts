import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Findings } from "../support/findings.ts";
import { runCommand } from "../support/run-command.ts";

const COPILOT_PACKAGE = "@ttasks/handlers-copilot";

const PROGRAM = `import { Task, TaskExecutor } from "ttasks";
await new TaskExecutor().execute(Task.prompt("Hello?")).catch((error) => console.log(error.message));
`;

/** Only who installs the Copilot handlers gets the SDK; the others are told how to get them. */
export async function checkAiTasks(withAi: string, withoutAi: string, findings: Findings): Promise<void> {
  if (!existsSync(path.join(withAi, "node_modules/@github/copilot-sdk")))
    findings.add(`${COPILOT_PACKAGE} does not bring the Copilot SDK`);
  if (existsSync(path.join(withoutAi, "node_modules/@github")))
    findings.add(`the packages without ${COPILOT_PACKAGE} bring something of @github`);
  await expectSaid(withoutAi, `npm install ${COPILOT_PACKAGE}`, findings);
  await expectSaid(withAi, "npx @github/copilot login", findings);
}

/** Asks a model by way of `ttasks`, as somebody who is not signed in. */
async function expectSaid(folder: string, text: string, findings: Findings): Promise<void> {
  const program = path.join(folder, "ask.mjs");
  writeFileSync(program, PROGRAM);
  const home = { HOME: folder, COPILOT_HOME: folder, XDG_CACHE_HOME: folder, GH_CONFIG_DIR: folder };
  const nobody = {
    COPILOT_GITHUB_TOKEN: "",
    GH_TOKEN: "",
    GITHUB_TOKEN: "",
    COPILOT_DISABLE_KEYTAR: "1",
    NODE_PATH: "",
  };
  const run = await runCommand(process.execPath, [program], {
    cwd: folder,
    env: { ...home, ...nobody },
    timeoutMs: 60_000,
  });
  if (!run.stdout.includes(text))
    findings.add(`a prompt in ${folder} is not answered with "${text}":\n${run.output.trim()}`);
}
