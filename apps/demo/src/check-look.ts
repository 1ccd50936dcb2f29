import type { CheckStatus } from "./report.ts";
import type { Terminal } from "./terminal.ts";

/** How a state of a check is shown. */
export interface CheckLook {
  readonly symbol: string;
  readonly word: string;
  readonly color: "green" | "red" | "yellow" | "cyan" | "dim";
}

const LOOKS: Readonly<Record<CheckStatus, CheckLook>> = {
  pending: { symbol: "·", word: "not run", color: "dim" },
  running: { symbol: "▸", word: "running", color: "cyan" },
  done: { symbol: "✔", word: "done", color: "green" },
  failed: { symbol: "✖", word: "failed", color: "red" },
  cancelled: { symbol: "■", word: "cancelled", color: "yellow" },
  blocked: { symbol: "◌", word: "blocked", color: "yellow" },
};

/** Nothing to be alarmed at. */
const OPTIONAL_FAILURE: CheckLook = { symbol: "○", word: "failed (optional)", color: "dim" };

/** The symbol and the word for a state, in its colour. */
export function checkLook(
  { colors }: Terminal,
  status: CheckStatus,
  { isOptional = false } = {},
): { readonly symbol: string; readonly word: string } {
  const { symbol, word, color } = isOptional && status === "failed" ? OPTIONAL_FAILURE : LOOKS[status];
  return { symbol: colors[color](symbol), word: colors[color](word) };
}
