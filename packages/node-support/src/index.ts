export { ATTEMPT_VARIABLE, attemptMark, markedAs, marksIn, type AttemptName } from "./attempt-mark.ts";
export { sessionsOf, type FoundSessions, type NotedProcess, type SoughtAttempt } from "./attempt-sessions.ts";
export { checkDelay, checkEnv, checkKeys, checkPath, expected } from "./check-setting.ts";
export { LeftAttempts, type EndedAs, type LeftAttempt } from "./end-attempt.ts";
export { errorText } from "./error-text.ts";
export { isOwnerAlive, thisHost, type Owner, type OwnerSystem } from "./is-owner-alive.ts";
export { ProcessView, type MarkedProcess, type Session } from "./marked-sessions.ts";
export { mergedEnv } from "./merged-env.ts";
export { endingSignal, startGuarded, type Dependants } from "./parent-exit.ts";
export { ownProcessStart } from "./own-process-start.ts";
export { notedStart, processStart } from "./process-identity.ts";
export { ProcessTree, type TreePlatform } from "./process-tree.ts";
export {
  canListProcesses,
  listedPids,
  newestPid,
  processEntry,
  readProcessFile,
  type ProcessEntry,
} from "./process-table.ts";
