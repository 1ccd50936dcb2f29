/** A fenced block of a Markdown text. */
export interface CodeBlock {
  readonly language: string;
  /** The words behind the language, like `no-run`. */
  readonly marks: readonly string[];
  readonly code: string;
  /** The line of the opening fence, from 1. */
  readonly line: number;
}

const OPENING = /^(\s*)(`{3,}|~{3,})\s*([\w-]*)\s*(.*)$/;

/** The fenced blocks of a text, in order. */
export function codeBlocks(text: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  const lines = text.split(/\r?\n/);
  for (let at = 0; at < lines.length; at++) {
    const opening = OPENING.exec(lines[at]!);
    if (!opening) continue;
    const [, indent = "", fence = "", language = "", marks = ""] = opening;
    const start = at++;
    while (at < lines.length && !lines[at]!.trim().startsWith(fence)) at++;
    const body = lines.slice(start + 1, at).map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line));
    blocks.push({ language, marks: marks.split(/\s+/).filter(Boolean), code: body.join("\n"), line: start + 1 });
  }
  return blocks;
}

/** The text with fenced blocks and code spans blanked, on the same lines. */
export function withoutCode(text: string): string {
  let fence = "";
  return text
    .split(/\r?\n/)
    .map((line) => {
      const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
      if (fence) {
        if (mark?.startsWith(fence)) fence = "";
        return "";
      }
      if (mark) {
        fence = mark;
        return "";
      }
      return line.replace(/`[^`]*`/g, (span) => "`".repeat(span.length));
    })
    .join("\n");
}

/** The anchors that the headings of a text give, as GitHub makes them. */
export function anchors(text: string): Set<string> {
  const found = new Set<string>();
  const seen = new Map<string, number>();
  let inFence = false;
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*(```|~~~)/.test(line)) inFence = !inFence;
    const heading = inFence ? null : /^#{1,6}\s+(.+?)\s*#*$/.exec(line);
    if (!heading) continue;
    const slug = heading[1]!
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-");
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    found.add(count === 0 ? slug : `${slug}-${count}`);
  }
  return found;
}
