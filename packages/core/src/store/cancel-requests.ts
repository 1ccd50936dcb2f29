import { checkCount, checkString, checkText } from "../internal/check-option.ts";
import type { Clock } from "../internal/clock.ts";
import type { JsonObject } from "../internal/json-value.ts";
import { DOCUMENT_VERSION, readDocument } from "../task/read-document.ts";
import { TaskResult } from "../task/task-result.ts";
import { Task, taskInternals } from "../task/task.ts";
import { Capture, put } from "./codec.ts";
import { MAX_TRIES, neverStored } from "./document-collection.ts";
import { after } from "./flow.ts";
import type { CancelRequest } from "./leases.ts";
import type { Mode, Returns } from "./mode.ts";
import type { StoreDriver } from "./store-driver.ts";

/** The kind of the documents that hold requests; their ids are those of the tasks. */
export const CANCEL = "cancel";

/** See `Store.tasks.requestCancel`: asks the executor that runs the task, or cancels a pending one itself. */
export function requestCancel<M extends Mode>(
  driver: () => StoreDriver<M>,
  clock: Clock,
  id: string,
  tries = 1,
): Returns<boolean>[M] {
  checkString("id", id);
  return after<M, readonly JsonObject[], boolean>(driver().read("task", [id]), ([document]) => {
    const task = document && Task.fromJSON(document);
    // Whatever is done, the task may have moved on meanwhile.
    const again = (isDone: boolean): boolean | Returns<boolean>[M] => {
      if (isDone) return true;
      if (tries === MAX_TRIES) throw neverStored("task", id);
      return requestCancel<M>(driver, clock, id, tries + 1);
    };
    if (task?.isPending === true) return after<M, boolean, boolean>(cancelPending<M>(driver, clock, task), again);
    const attempt = task?.attempts.at(-1);
    // Without an attempt it was moved by hand: nobody runs it.
    if (!task?.isRunning || !attempt) return false;
    return after<M, boolean, boolean>(ask<M>(driver, clock, task, attempt), again);
  });
}

/** The request that a document holds. */
export function readCancelRequest(document: JsonObject): CancelRequest {
  return readDocument("cancel request", document, ({ id, attempt }) => ({
    taskId: checkText("id", id),
    attempt: checkCount("attempt", attempt),
  }));
}

/** Cancels a task that nobody runs. */
export function cancelPendingTask(task: Task, now: number): void {
  const error = `Task "${task.title}" was cancelled`;
  const times = { startedAt: now, finishedAt: now, durationMs: 0 };
  taskInternals.end(task, new TaskResult({ status: "cancelled", error, ...times }));
}

function cancelPending<M extends Mode>(driver: () => StoreDriver<M>, clock: Clock, task: Task): Returns<boolean>[M] {
  cancelPendingTask(task, clock.now());
  const written = put<M>(driver, [new Capture("task", task, "current")]);
  return after<M, readonly number[], boolean>(written, (skipped) => skipped.length === 0);
}

/** Leaves a request for the executor; `false` when the task is not that one's any more. */
function ask<M extends Mode>(
  driver: () => StoreDriver<M>,
  clock: Clock,
  { id }: Task,
  { number: attempt, executorId }: Task["attempts"][number],
): Returns<boolean>[M] {
  const createdAt = clock.now();
  const document = { version: DOCUMENT_VERSION, id, revision: 1, type: executorId, attempt, createdAt };
  const request = { op: "put", kind: CANCEL, id, document, revision: 1 } as const;
  const written = driver().write([{ op: "delete", kind: CANCEL, id }, request]);
  return after<M, readonly number[], boolean>(written, () =>
    after<M, readonly JsonObject[], boolean>(
      driver().read("task", [id]),
      ([stored]) =>
        // Who runs it as before has not missed the request, nor has who recovers it.
        stored?.["status"] === "running" && stored["executorId"] === executorId,
    ),
  );
}
