export { JsonFolderDriver } from "./json-folder-driver.js";
export { JsonFolderStore } from "./json-folder-store.js";
