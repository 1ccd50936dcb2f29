export type { KeyValueStorage } from "./journaled-storage.js";
export { UnstorageDriver } from "./unstorage-driver.js";
export { UnstorageStore } from "./unstorage-store.js";
