import { readFileSync } from "node:fs";
import path from "node:path";
import { codeBlocks } from "../support/markdown.ts";
import { root } from "../support/workspace.ts";

/** A block of code that the documentation shows. */
export interface Example {
  readonly file: string;
  /** The line of the opening fence. */
  readonly line: number;
  readonly language: "ts" | "sh";
  readonly code: string;
  /** Whether it is run, beside being compiled. */
  readonly run: boolean;
  /** The picture of the graph that it prints in DOT, by its path from the page; or `mermaid`, where the next block on the page is one. */
  readonly draws?: string | undefined;
}

/**
 * The blocks of Markdown pages. A `ts` block is compiled; it is also run where it is marked `run`, and in a README unless it is
 * marked `no-run`. Marked `draws=images/name.svg`, it prints a graph in DOT and that picture is made of it; marked `draws=mermaid`, it prints
 * what the next block of Mermaid shows. A `sh` block is run, in
 * the root of the repository, where it is marked `run`.
 */
export function markdownExamples(pages: readonly string[]): Example[] {
  return pages.flatMap((file) =>
    codeBlocks(read(file)).flatMap(({ language, marks, code, line }): Example[] => {
      const shared = { file, line, code };
      if (language === "ts") {
        const run = path.basename(file) === "README.md" ? !marks.includes("no-run") : marks.includes("run");
        const draws = marks.find((mark) => mark.startsWith("draws="))?.slice("draws=".length);
        return [{ ...shared, language, run, draws }];
      }
      return language === "sh" && marks.includes("run") ? [{ ...shared, language, run: true }] : [];
    }),
  );
}

/** The `ts` blocks in the comments of sources. They are compiled. */
export function sourceExamples(files: readonly string[]): Example[] {
  return files.flatMap((file) => {
    const text = read(file);
    return [...text.matchAll(/\/\*\*[\s\S]*?\*\//g)].flatMap((comment) => {
      const before = text.slice(0, comment.index).split("\n").length - 1;
      const body = comment[0]
        .split("\n")
        .map((line) => line.replace(/^\s*\/?\*+\/?( |$)/, "").replace(/\s*\*\/$/, ""))
        .join("\n");
      return codeBlocks(body)
        .filter(({ language }) => language === "ts")
        .map(({ code, line }): Example => ({ file, line: before + line, language: "ts", code, run: false }));
    });
  });
}

function read(file: string): string {
  return readFileSync(path.join(root, file), "utf8");
}
