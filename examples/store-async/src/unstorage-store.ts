import { AsyncDocumentStore } from "@ttasks/core";
import type { KeyValueStorage } from "./journaled-storage.js";
import { UnstorageDriver } from "./unstorage-driver.js";

/** A store over any storage of unstorage: memory, files, Redis and others. One store at a time may write to a storage. */
export class UnstorageStore extends AsyncDocumentStore {
  /**
   * Opens the ledger in a storage at the first read or write. All keys of the storage are the store's own: where others use it as well,
   * give the store a part of it by `prefixStorage(storage, "ttasks")`. Whoever made the storage disposes of it.
   *
   * @throws {TypeError} when it is not a storage.
   */
  constructor(storage: KeyValueStorage) {
    if (typeof storage?.getItemRaw !== "function" || typeof storage.setItemRaw !== "function")
      throw new TypeError(`Expected \`storage\` to be a storage of unstorage, got \`${String(storage)}\``);
    super(new UnstorageDriver(storage));
  }
}
