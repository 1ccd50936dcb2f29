import type { SqliteStore } from "@ttasks/store-sqlite";
import { isTtasksError, recover, Task, TaskExecutor } from "ttasks";
import { checkGraph, type CheckGraph } from "./check-graph.ts";
import { HELP, readCommandLine, type CommandLine } from "./command-line.ts";
import { createReportHandler } from "./create-report-handler.ts";
import { detectPackageManager, type PackageManager } from "./detect-package-manager.ts";
import { openLedger } from "./open-ledger.ts";
import { pastRuns } from "./past-runs.ts";
import { planChecks } from "./plan-checks.ts";
import { readRepository } from "./read-repository.ts";
import { createRecommendHandler } from "./recommend-task.ts";
import { renderHistory } from "./render-history.ts";
import { renderRecommendation } from "./render-recommendation.ts";
import { renderReport, renderSummary } from "./render-report.ts";
import { runChecks } from "./run-checks.ts";
import { scriptEnvironment } from "./script-environment.ts";
import { showProgress } from "./show-progress.ts";
import { terminalOf, type OutputStream, type Terminal } from "./terminal.ts";
import { UserError } from "./user-error.ts";

/** What the program has of the world around it. */
export interface Io {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: NodeJS.ProcessEnv;
  /** What relative paths start from. */
  readonly cwd: string;
  /** Aborted when the user wants the run to end. */
  readonly signal: AbortSignal;
}

const INTERRUPTED = 130;

/** Runs the program with its arguments; resolves to its exit code. */
export async function preflight(argv: readonly string[], io: Io): Promise<number> {
  try {
    const command = readCommandLine(argv, io.cwd);
    if (!command.help) return await run(command, io);
    io.stdout.write(HELP);
    return 0;
  } catch (error) {
    if (!(error instanceof UserError || isTtasksError(error))) throw error;
    const { colors } = terminalOf(io.stderr, io.env);
    io.stderr.write(`${colors.red("✖")} ${error.message}\n`);
    if (error instanceof UserError) io.stderr.write(colors.dim("  Try --help.\n"));
    return 2;
  }
}

async function run(command: CommandLine, io: Io): Promise<number> {
  const repository = await readRepository(command.repository);
  const plan = planChecks(repository);
  const env = scriptEnvironment(io.env, repository.path);
  const manager = await detectPackageManager(repository.path);
  await checkInstalled(manager);

  const store = await openLedger(repository.path, command.ledger);
  const executor = new TaskExecutor({ store, shell: { env } });
  try {
    await takeUp(store, io);
    const checks = checkGraph(repository, manager, plan, command);
    executor.register("report", createReportHandler(checks));
    if (command.ai) executor.register("prompt", createRecommendHandler(io.env));
    await runAndShow(checks, executor, store, command, io);
    warnOfLostRecords(executor, io);
    if (io.signal.aborted) return INTERRUPTED;
    return checks.graph.ok ? 0 : 1;
  } finally {
    await executor.close();
    store.close();
  }
}

/** Ends what a preflight that was killed has left, and says so. */
async function takeUp(store: SqliteStore, { stderr, env, signal }: Io): Promise<void> {
  const { tasks } = await recover(store, { signal }).catch((error: unknown) => {
    if (signal.aborted) return { tasks: [] };
    throw error;
  });
  if (tasks.length === 0) return;
  const titles = tasks.map(({ title }) => title).join(", ");
  stderr.write(
    `${terminalOf(stderr, env).colors.yellow("!")} An earlier preflight was killed while it ran ${titles}\n`,
  );
}

/** Shows the run from its heading to the recommendation, which comes last because it may take its time. */
async function runAndShow(
  checks: CheckGraph,
  executor: TaskExecutor,
  store: SqliteStore,
  { concurrency, failFast }: CommandLine,
  { stdout, env, signal }: Io,
): Promise<void> {
  const terminal = terminalOf(stdout, env);
  const history = pastRuns(store, checks.report.payload.repository);
  terminal.write(heading(terminal, checks));

  const progress = showProgress(terminal, executor, checks, signal);
  try {
    await runChecks(checks, executor, { concurrency, failFast, signal }, (report) => {
      const earlier = history.length > 0 ? `${renderHistory(terminal, history)}\n` : "";
      const text = `${renderReport(terminal, report)}\n${earlier}${renderSummary(terminal, report, store.path)}`;
      progress.print(text);
    });
  } finally {
    progress.stop();
  }
  // A run that was broken off before has not asked for one.
  if (checks.recommend?.isTerminal === true) terminal.write(`\n${renderRecommendation(terminal, checks.recommend)}`);
}

function heading(terminal: Terminal, { graph, checks, report }: CheckGraph): string {
  const count = checks.length === 1 ? "1 check" : `${checks.length} checks`;
  return `${terminal.wrap(`${terminal.colors.bold(graph.title)}: ${count} in ${report.payload.repository}`).join("\n")}\n\n`;
}

async function checkInstalled(manager: PackageManager): Promise<void> {
  const found = Task.bash(`command -v ${manager}`);
  await new TaskExecutor().execute(found).catch((error: unknown) => {
    if (!found.isFailed || found.result?.exitCode === undefined) throw error;
    const advice = manager === "bun" ? "see https://bun.sh" : `install it with: npm install --global ${manager}`;
    throw new UserError(`The repository uses ${manager}, which is not on the PATH: ${advice}`);
  });
}

function warnOfLostRecords({ persistenceErrors, persistenceErrorCount }: TaskExecutor, { stderr }: Io): void {
  if (persistenceErrorCount === 0) return;
  stderr.write(
    `The ledger lacks part of this run (${persistenceErrorCount} failed writes): ${String(persistenceErrors.at(-1))}\n`,
  );
}
