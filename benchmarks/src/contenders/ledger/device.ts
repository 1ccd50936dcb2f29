import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs";
import path from "node:path";
import { ledgerFolder } from "../ledger-folder.ts";
import { printSample } from "../print-sample.ts";

/** The disk alone: appends 4 KiB and waits until they are there. */
const WRITES = 2000;
const file = openSync(path.join(ledgerFolder(), "device"), "w");
const block = Buffer.alloc(4096);
const start = performance.now();
for (let i = 0; i < WRITES; i++) {
  writeSync(file, block);
  fdatasyncSync(file);
}
const perSecond = (WRITES * 1000) / (performance.now() - start);
closeSync(file);
printSample({ perSecond });
