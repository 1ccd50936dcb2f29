export { GraphError, type GraphErrorCode } from "./errors/graph-errors.ts";
export {
  NoHandlerError,
  TaskCancelledError,
  TaskExecutionError,
  TaskTimeoutError,
  type TaskExecutionErrorFields,
} from "./errors/execution-errors.ts";
export { StoreError, type StoreErrorCode } from "./errors/store-errors.ts";
export { InvalidTransitionError, TaskClaimedError, TaskFrozenError, TaskHeldError } from "./errors/task-errors.ts";
export { isTtasksError, TtasksError, type ErrorCode } from "./errors/ttasks-error.ts";
export { EventBus, type Subscriber } from "./events/event-bus.ts";
export type { OutputChunk, OutputStream } from "./events/output-chunk.ts";
export { TaskEventType, type TaskEvent } from "./events/task-event.ts";
export type { ExecutorOptions, PersistenceMode } from "./executor/executor-options.ts";
export { TaskExecutor } from "./executor/task-executor.ts";
export { toDot } from "./export/dot.ts";
export { toMermaid } from "./export/mermaid.ts";
export type { EdgeCondition, GraphDependency } from "./graph/edge-condition.ts";
export type { AddOptions, RerunOptions, RunOptions } from "./graph/graph-options.ts";
export type { Cause, Explanation, ExplanationKind } from "./graph/explanation.ts";
export { GraphEventType, type GraphEvent } from "./graph/graph-event.ts";
export {
  Run,
  RunStatus,
  type RefusedTask,
  type ResetTasks,
  type RunCounts,
  type RunFields,
  type RunTrigger,
} from "./graph/run.ts";
export { TaskGraph, type GraphOptions, type GraphRunner } from "./graph/task-graph.ts";
export type { ExecuteOptions, TaskRunner } from "./graph/task-runner.ts";
export { HandlerOutput, type HandlerOutputFields } from "./handler/handler-output.ts";
export type { Handler, HandlerContext, HandlerMap, HandlerTraits } from "./handler/handler.ts";
export type { Clock } from "./internal/clock.ts";
export type { JsonObject, JsonValue } from "./internal/json-value.ts";
export type { TaskUsage } from "./internal/task-usage.ts";
export { recover, type RecoverOptions } from "./recovery/recover.ts";
export type { InterruptedAttempt, ProcessFate, RecoveredTask, Recovery } from "./recovery/recovery.ts";
export type { LivenessProbe } from "./recovery/gone-leases.ts";
export { AsyncDocumentStore, DocumentStore, type DocumentStoreOptions } from "./store/document-store.ts";
export { InMemoryStore } from "./store/in-memory-store.ts";
export type { ExecutorOwner } from "./store/executor-owner.ts";
export { Lease, type LeaseStatus } from "./store/lease.ts";
export type { CancelRequest, LeaseHost, LeaseKeeper, Leases } from "./store/leases.ts";
export { gatherLogs, type AppendLog } from "./store/log-writer.ts";
export type { FollowOptions, LogEntry, LogQuery, LogSink, LogWriter, LogWriterOptions, TaskLogs } from "./store/log.ts";
export { matchesFilter, type Filterable } from "./store/matches-filter.ts";
export type { Mode, Returns, Walks } from "./store/mode.ts";
export type {
  AsyncCollection,
  Collection,
  Collections,
  GraphQuery,
  MapCollection,
  Page,
  Pruned,
  PruneOptions,
  RunQuery,
  Store,
  TaskCollection,
  TaskQuery,
  TaskRequests,
} from "./store/store.ts";
export type { StoreOptions } from "./store/store-options.ts";
export type {
  Change,
  ClearChange,
  DeleteChange,
  Filter,
  Kind,
  LogChange,
  LogChunk,
  LogDriver,
  LogFilter,
  PutChange,
  StoreDriver,
} from "./store/store-driver.ts";
export type { RetryPolicy } from "./task/retry-policy.ts";
export type { HeldTask, InterruptedOutcome, OnInterrupted } from "./task/interruption.ts";
export { release } from "./task/release.ts";
export { AttemptStatus, type AttemptProcess, type AttemptReason, type TaskAttempt } from "./task/task-attempt.ts";
export type { TaskFields, TaskOptions } from "./task/task-options.ts";
export { TaskResult, type TaskResultFields } from "./task/task-result.ts";
export { TaskStatus, type TerminalStatus } from "./task/task-status.ts";
export {
  TaskType,
  type KnownTaskType,
  type OutputOf,
  type PayloadOf,
  type TaskTypeName,
  type TaskTypes,
} from "./task/task-type.ts";
export { Task } from "./task/task.ts";
