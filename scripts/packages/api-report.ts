import {
  Extractor,
  ExtractorConfig,
  ExtractorLogLevel,
  type ExtractorMessage,
  type IConfigFile,
} from "@microsoft/api-extractor";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import type { Findings } from "../support/findings.ts";
import { root, type WorkspacePackage } from "../support/workspace.ts";

/** As a user compiles: no condition of ours, no type package. */
const compilerOptions = {
  target: "ES2022",
  lib: ["ES2022", "DOM"],
  types: [],
  module: "NodeNext",
  moduleResolution: "NodeNext",
  strict: true,
  skipLibCheck: true,
};

/** Compares a package's API report with its built declarations, or writes it. Returns whether it was or would be another one. */
export function checkApiReport(source: WorkspacePackage, write: boolean, findings: Findings): boolean {
  const config = extractorConfig(source);
  const file = `${path.basename(source.folder)}.api.md`;
  mkdirSync(config.reportFolder, { recursive: true });
  const { apiReportChanged } = Extractor.invoke(config, {
    localBuild: write,
    messageCallback: (message) => handle(message, source, findings),
  });
  if (apiReportChanged && !write) {
    const before = path.join(config.reportFolder, file);
    const changes = existsSync(before)
      ? difference(before, path.join(config.reportTempFolder, file))
      : "there is none yet";
    findings.add(`${path.relative(root, before)} is stale, run \`npx pnpm@12 api\`:\n${changes}`);
  }
  return apiReportChanged;
}

function extractorConfig({ folder }: WorkspacePackage): ExtractorConfig {
  const unscoped = path.basename(folder);
  const entry = path.join(folder, "dist/index.d.ts");
  if (!existsSync(entry)) throw new Error(`${entry} is not there: build first (npx pnpm@12 build)`);
  const configObject: IConfigFile = {
    projectFolder: folder,
    mainEntryPointFilePath: entry,
    newlineKind: "lf",
    compiler: { overrideTsconfig: { compilerOptions, files: [entry] } },
    apiReport: {
      enabled: true,
      // What is not exported but has a part in what is, as a base class, stands in the report without the word `export`.
      includeForgottenExports: true,
      reportFileName: unscoped,
      reportFolder: path.join(folder, "etc"),
      reportTempFolder: path.join(root, ".cache/api"),
    },
    docModel: { enabled: false },
    dtsRollup: { enabled: false },
    tsdocMetadata: { enabled: false },
    messages: {
      // ESLint looks at descriptions.
      extractorMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
    },
  };
  return ExtractorConfig.prepare({
    configObject,
    configObjectFullPath: undefined,
    packageJsonFullPath: path.join(folder, "package.json"),
  });
}

/** What API Extractor says beside its errors is not printed. */
function handle(message: ExtractorMessage, { name }: WorkspacePackage, findings: Findings): void {
  message.handled = true;
  if (message.logLevel === ExtractorLogLevel.Error) findings.add(`${name}: ${message.formatMessageWithLocation(root)}`);
}

function difference(before: string, after: string): string {
  const { stdout } = spawnSync("git", ["diff", "--no-index", "--no-color", "--unified=1", before, after], {
    encoding: "utf8",
  });
  return stdout.split("\n").slice(4).join("\n").trimEnd();
}
