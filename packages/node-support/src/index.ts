export { checkDelay, checkEnv, checkKeys, checkPath, expected } from "./check-setting.ts";
export { errorText } from "./error-text.ts";
export { mergedEnv } from "./merged-env.ts";
export { endingSignal, startGuarded, type Dependants } from "./parent-exit.ts";
export { ProcessTree, type TreePlatform } from "./process-tree.ts";
export {
  canListProcesses,
  listedPids,
  newestPid,
  processEntry,
  readProcessFile,
  type ProcessEntry,
} from "./process-table.ts";
