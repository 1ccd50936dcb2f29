import { PassThrough } from "node:stream";
import { terminalOf, type Terminal } from "../src/terminal.ts";

/** A terminal of the given size, with the colours that its environment asks for. */
export function fakeTerminal(columns: number, rows = 24, env: NodeJS.ProcessEnv = { NO_COLOR: "1" }): Terminal {
  const size = { isTTY: true, columns, rows, hasColors: () => true };
  return terminalOf(Object.assign(new PassThrough(), size), env);
}
