/** The resets of all tasks, counted: clocks may be set, this goes on. */
const orders = new WeakMap<object, number>();
let count = 0;

/** Takes note of the reset of a task. */
export function noteReset(task: object): void {
  orders.set(task, ++count);
}

/** Which reset was the last one of this task, 0 where there was none; without a task, which was the last of all. */
export function resetOrder(task?: object): number {
  return task ? (orders.get(task) ?? 0) : count;
}
