import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";

/** A repository in a folder of its own, which is removed after the test. */
export function fixtureRepository(manifest: object, files: Readonly<Record<string, string>> = {}): string {
  const folder = fixtureFolder();
  for (const [name, content] of Object.entries({ "package.json": JSON.stringify(manifest), ...files })) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
  return folder;
}

/** An empty folder, which is removed after the test. */
export function fixtureFolder(): string {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), "ttasks-demo-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}
