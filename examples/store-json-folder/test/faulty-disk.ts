import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const CALLS = ["fsyncSync", "mkdirSync", "openSync", "renameSync", "rmSync", "writeFileSync"] as const;

/** Which call to the file system goes wrong, counted from 0, and whether all after it do so as well, as in a process that is dead. */
export interface Fault {
  readonly at: number;
  readonly forever: boolean;
}

/** What became of a call on a faulty disk. */
export interface Outcome {
  /** What it threw; `undefined` when it returned. */
  readonly error: unknown;
  /** Whether the fault has struck: there were as many calls to the file system. */
  readonly hasStruck: boolean;
}

/** Runs `action` on a disk with a fault. A write that goes wrong leaves half of its text. */
export function onFaultyDisk({ at, forever }: Fault, action: () => void): Outcome {
  const original = { ...fs };
  let count = 0;
  let isInside = false;
  const faulty = (name: (typeof CALLS)[number], args: readonly unknown[]): unknown => {
    // Some of the calls are made of others.
    if (isInside) return Reflect.apply(original[name], fs, args);
    const number = count++;
    isInside = true;
    try {
      if (number < at || (number > at && !forever)) return Reflect.apply(original[name], fs, args);
      if (name === "writeFileSync" && number === at)
        original.writeFileSync(args[0] as string, (args[1] as string).slice(0, (args[1] as string).length / 2));
      throw Object.assign(new Error(`${name} failed, as planned`), { code: "EIO" });
    } finally {
      isInside = false;
    }
  };
  for (const name of CALLS) Object.assign(fs, { [name]: (...args: unknown[]) => faulty(name, args) });
  syncBuiltinESMExports();
  try {
    action();
    return { error: undefined, hasStruck: count > at };
  } catch (error) {
    return { error, hasStruck: count > at };
  } finally {
    for (const name of CALLS) Object.assign(fs, { [name]: original[name] });
    syncBuiltinESMExports();
  }
}
