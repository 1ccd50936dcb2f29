import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { describeDriver, describeStore, expect } from "@ttasks/testkit";
import { JsonFolderDriver, JsonFolderStore } from "ttasks-store-json-folder";

const root = mkdtempSync(join(tmpdir(), "json-folder-"));
after(() => rmSync(root, { recursive: true }));

const newFolder = (): string => mkdtempSync(join(root, "ledger-"));

describe("JsonFolderDriver", () => {
  describeDriver({ describe, it, expect }, { create: () => new JsonFolderDriver(newFolder()) });
});

/** Nothing is held open, so another process after a crash finds what a closed store leaves. */
const another = ({ folder }: JsonFolderStore): JsonFolderStore => new JsonFolderStore(folder);

describe("JsonFolderStore", () => {
  describeStore(
    { describe, it, expect },
    {
      create: () => new JsonFolderStore(newFolder()),
      reopen: another,
      recover: another,
      abilities: { reads: "snapshots" },
    },
  );
});
