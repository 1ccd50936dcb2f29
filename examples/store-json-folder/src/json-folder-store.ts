import { DocumentStore } from "@ttasks/core";
import { JsonFolderDriver } from "./json-folder-driver.js";

/** A store that keeps each task and each graph in a JSON file of its own, for one process at a time. */
export class JsonFolderStore extends DocumentStore {
  /** Where the files are. */
  readonly folder: string;

  /**
   * Opens the ledger in a folder, which is made where there is none.
   *
   * @throws {TypeError} when `folder` is not a path.
   * @throws {StoreError} when the folder cannot be read or written, or a file in it is not a document.
   */
  constructor(folder: string) {
    if (typeof folder !== "string" || folder === "")
      throw new TypeError(`Expected \`folder\` to be a path, got \`${String(folder)}\` (${typeof folder})`);
    super(new JsonFolderDriver(folder));
    this.folder = folder;
  }
}
