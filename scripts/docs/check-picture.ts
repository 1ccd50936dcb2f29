import { Graphviz } from "@hpcc-js/wasm-graphviz";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Findings } from "../support/findings.ts";
import { codeBlocks } from "../support/markdown.ts";
import { root } from "../support/workspace.ts";
import type { Example } from "./examples.ts";

/** Checks that the picture of a block shows what the block prints; with `--write` it is drawn anew. */
export async function checkPicture(example: Example, printed: string, findings: Findings): Promise<void> {
  const { draws } = example;
  if (draws === undefined) return;
  const isCurrent = draws === "mermaid" ? checkBlock(example, printed) : await checkFile(example, draws, printed);
  if (!isCurrent)
    findings.add(`${example.file}:${example.line}: its picture is old: run \`tsx scripts/check-docs.ts --write\``);
}

/** The picture is the next block of Mermaid on the page. */
function checkBlock({ file, line }: Example, printed: string): boolean {
  const page = path.join(root, file);
  const text = readFileSync(page, "utf8");
  const block = codeBlocks(text).find(({ language, line: at }) => language === "mermaid" && at > line);
  if (block?.code === printed.trimEnd()) return true;
  if (!block || !isWriting()) return false;
  const lines = text.split("\n");
  lines.splice(block.line, block.code === "" ? 0 : block.code.split("\n").length, printed.trimEnd());
  writeFileSync(page, lines.join("\n"));
  return true;
}

/** The picture is a file, which Graphviz draws. */
async function checkFile(example: Example, draws: string, dot: string): Promise<boolean> {
  const graphviz = await Graphviz.load();
  // Neither Graphviz's version nor what it says of itself is part of the picture.
  const svg = graphviz
    .layout(dot, "svg")
    .replace(/^[\s\S]*?(?=<svg)/, "")
    .replaceAll(/<!--[\s\S]*?-->\n/g, "");
  const file = path.join(root, path.dirname(example.file), draws);
  if (isWriting()) writeFileSync(file, svg);
  return existsSync(file) && readFileSync(file, "utf8") === svg;
}

function isWriting(): boolean {
  return process.argv.includes("--write");
}
