import type { TaskEvent, TaskExecutor } from "@ttasks/core";

/** All events of an executor from now on. */
export function recordedEvents(executor: TaskExecutor): TaskEvent[] {
  const events: TaskEvent[] = [];
  executor.events.subscribe((event) => events.push(event));
  return events;
}

/** The types of all events from now on. */
export function recordedTypes(executor: TaskExecutor): string[] {
  const types: string[] = [];
  executor.events.subscribe(({ type }) => types.push(type));
  return types;
}
