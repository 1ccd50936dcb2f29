import type { Writable } from "node:stream";
import pc from "picocolors";
import wrapAnsi from "wrap-ansi";

/** What the program needs to know of `process.stdout`. */
export type OutputStream = Writable & Partial<Pick<NodeJS.WriteStream, "isTTY" | "columns" | "rows" | "hasColors">>;

/** Where the output goes, and what it can show. */
export interface Terminal {
  readonly stream: OutputStream;
  readonly colors: ReturnType<typeof pc.createColors>;
  /** Whether what was written can be written over. */
  readonly isLive: boolean;
  /** Columns, as they are now: the user may change them. */
  readonly width: number;
  readonly height: number;
  write(text: string): void;
  /** The lines that a line of text takes on the screen if it has to begin `indent` columns further right; piped text stays as it is. */
  wrap(line: string, indent?: number): readonly string[];
}

/** What a stream can show; the variables NO_COLOR, FORCE_COLOR, TERM and CI have their usual meanings. */
export function terminalOf(stream: OutputStream, env: NodeJS.ProcessEnv): Terminal {
  const isTerminal = stream.isTTY === true;
  return {
    stream,
    colors: pc.createColors(hasColors(stream, env)),
    isLive: isTerminal && env["TERM"] !== "dumb" && !env["CI"],
    get width() {
      return stream.columns || (isTerminal ? 80 : 160);
    },
    get height() {
      return stream.rows || 24;
    },
    write: (text) => void stream.write(text),
    wrap(line, indent = 0) {
      if (!isTerminal) return [line];
      return wrapAnsi(line, Math.max(10, this.width - indent), { hard: true, trim: false }).split("\n");
    },
  };
}

function hasColors(stream: OutputStream, env: NodeJS.ProcessEnv): boolean {
  if (env["NO_COLOR"]) return false;
  if (env["FORCE_COLOR"] !== undefined) return !["0", "false"].includes(env["FORCE_COLOR"]);
  return stream.isTTY === true && (stream.hasColors?.(16, env) ?? false);
}
