import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import type { Findings } from "../support/findings.ts";
import { anchors, withoutCode } from "../support/markdown.ts";
import { root } from "../support/workspace.ts";

const LINK = /!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)|^\s*\[[^\]]+\]:\s*(\S+)/gm;

/** Every relative link of these pages leads to a file or folder of the repository, and its anchor to a heading. */
export function checkLinks(pages: readonly string[], findings: Findings): void {
  for (const page of pages) {
    const text = withoutCode(readFileSync(path.join(root, page), "utf8"));
    for (const match of text.matchAll(LINK)) {
      const target = match[1] ?? match[2] ?? "";
      if (/^[a-z][a-z+.-]*:/i.test(target)) continue;
      const line = text.slice(0, match.index).split("\n").length;
      const problem = problemOf(page, target);
      if (problem !== undefined) findings.add(`${page}:${line}: ${target} ${problem}`);
    }
  }
}

function problemOf(page: string, target: string): string | undefined {
  const [address = "", anchor] = target.split("#");
  const file =
    address === "" ? path.join(root, page) : path.resolve(root, path.dirname(page), decodeURIComponent(address));
  if (path.relative(root, file).startsWith("..")) return "leads out of the repository";
  if (!existsSync(file)) return "does not exist";
  if (anchor === undefined || !file.endsWith(".md") || !statSync(file).isFile()) return undefined;
  return anchors(readFileSync(file, "utf8")).has(decodeURIComponent(anchor)) ? undefined : "has no such heading";
}
