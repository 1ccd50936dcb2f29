/** Writes transactions of twenty documents, all of one revision, until it is killed. */
import { JsonFolderDriver } from "ttasks-store-json-folder";

const driver = new JsonFolderDriver(process.argv[2]!);
for (let revision = 1; ; revision++) {
  driver.write(
    Array.from({ length: 20 }, (_, index) => {
      const id = `task ${index}`;
      return { op: "put", kind: "task", id, revision, document: { id, revision, type: "sample", status: "pending" } };
    }),
  );
  if (revision === 2) console.log("going");
}
