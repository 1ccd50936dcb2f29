import { DocumentStore, type Store, type Task } from "@ttasks/core";
import { MapDriver, settle } from "@ttasks/testkit";

/** Stores whose `record` does one thing wrong. */

/** Reads and deletes do not know of what `record` has gathered. */
export function createHoardingStore(): Store {
  const driver = new MapDriver();
  const { tasks, graphs, runs } = new DocumentStore(driver);
  const recorder = new DocumentStore(driver);
  return { tasks, graphs, runs, record: (task, options) => recorder.record(task, options) };
}

/** Fails a record for every failure that there was before, or in its group. */
export function createSharedFateStore(): Store {
  const store = new DocumentStore(new MapDriver());
  const { tasks, graphs, runs } = store;
  const failures: unknown[] = [];
  const record = async (task: Task, options?: { readonly immediate?: boolean | undefined }): Promise<void> => {
    try {
      await store.record(task, options);
    } catch (error) {
      failures.push(error);
    }
    await settle();
    if (failures.length > 0) throw failures[0];
  };
  return { tasks, graphs, runs, record };
}

/** Says that what it has gathered is stored. */
export class PromisingStore extends DocumentStore {
  override record(task: Task, options?: { readonly immediate?: boolean | undefined }): void | Promise<void> {
    const recorded = super.record(task, options);
    if (recorded) recorded.catch(() => undefined);
  }
}
