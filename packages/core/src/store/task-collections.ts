import type { Clock } from "../internal/clock.ts";
import type { Task } from "../task/task.ts";
import { requestCancel } from "./cancel-requests.ts";
import { taskCodec } from "./codec.ts";
import { AsyncDocumentCollection, MapDocumentCollection } from "./document-collection.ts";
import type { StoreDriver } from "./store-driver.ts";
import type { TaskQuery, TaskRequests } from "./store.ts";

/** The tasks of a store that answers at once. */
export class MapTaskCollection extends MapDocumentCollection<Task, TaskQuery> implements TaskRequests<"sync"> {
  readonly #request: (id: string) => boolean;

  constructor(driver: () => StoreDriver<"sync">, clock: Clock) {
    super(driver, taskCodec);
    this.#request = (id) => requestCancel<"sync">(driver, clock, id);
  }

  requestCancel(id: string): boolean {
    return this.#request(id);
  }
}

/** The tasks of a store that answers with promises. */
export class AsyncTaskCollection extends AsyncDocumentCollection<Task, TaskQuery> implements TaskRequests<"async"> {
  readonly #request: (id: string) => Promise<boolean>;

  constructor(driver: () => StoreDriver<"async">, clock: Clock) {
    super(driver, taskCodec);
    this.#request = async (id) => requestCancel<"async">(driver, clock, id);
  }

  requestCancel(id: string): Promise<boolean> {
    return this.#request(id);
  }
}
