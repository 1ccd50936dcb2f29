import type { TaskGraph } from "../graph/task-graph.ts";
import { COLOURS, drawingOf, TEXT_COLOUR, type DrawnTask } from "./drawing.ts";

/**
 * A graph as a Mermaid flowchart, which GitHub and many editors show as a picture: the states of its tasks as colours and in words,
 * conditions on dashed edges, finally tasks rounded, those that are not required with a dashed border.
 *
 * The text depends on the graph alone: tasks are called `t0`, `t1` … in the order in which they were added. Any title is shown as it is.
 *
 * @example
 * ```ts
 * import { Task, TaskGraph, toMermaid } from "@ttasks/core";
 *
 * const graph = new TaskGraph({ title: "release" });
 * const build = graph.add(Task.bash("make"));
 * graph.add(Task.bash("make test"), { after: [build] });
 * console.log(toMermaid(graph));
 * ```
 */
export function toMermaid(graph: TaskGraph): string {
  const { title, tasks, edges } = drawingOf(graph);
  return [
    "---",
    `title: ${JSON.stringify(plain(title.join(" ")))}`,
    "---",
    "flowchart LR",
    ...tasks.map((task, place) => `  t${place}${boxed(task)}`),
    ...edges.map(({ from, to, on, isDashed }) => {
      const arrow = isDashed ? "-.->" : "-->";
      return `  t${from} ${arrow}${on === undefined ? "" : `|${on}|`} t${to}`;
    }),
    ...classes(tasks),
    "",
  ].join("\n");
}

function boxed({ lines, isFinally }: DrawnTask): string {
  const label = `"${lines.map(escaped).join("<br/>")}"`;
  return isFinally ? `([${label}])` : `[${label}]`;
}

/** The colours of the states that there are, and the tasks that have them. */
function classes(tasks: readonly DrawnTask[]): string[] {
  const members = new Map<string, string[]>();
  const put = (name: string, place: number): unknown =>
    members.get(name)?.push(`t${place}`) ?? members.set(name, [`t${place}`]);
  for (const [place, { look, isOptional }] of tasks.entries()) {
    put(look, place);
    if (isOptional || look === "missing") put("optional", place);
  }
  return [...members].flatMap(([name, ids]) => [
    `  classDef ${name} ${styleOf(name)}`,
    `  class ${ids.join(",")} ${name}`,
  ]);
}

function styleOf(name: string): string {
  const colours = COLOURS[name as keyof typeof COLOURS];
  return colours ? `fill:${colours[0]},stroke:${colours[1]},color:${TEXT_COLOUR}` : "stroke-dasharray:5 4";
}

/** What means something to Mermaid, to its Markdown or to HTML, as a number; so is a space that HTML drops, but as one that it keeps. */
function escaped(line: string): string {
  return apart(line).replace(
    /(?<=^| ) | $|(?<![\p{L}\p{N}])-|-(?![\p{L}\p{N}])|["-&*+.:-@[-`{-~\xa0\p{Cf}]/gu,
    (character) => `#${character === " " ? 160 : character.codePointAt(0)};`,
  );
}

/** The title stands in the front matter, where a string of JSON is one of YAML. Mermaid takes tags out of it and knows no numbers there. */
function plain(title: string): string {
  return apart(title).replaceAll("<", "\uff1c");
}

/** Keeps apart what Mermaid itself puts in place of a number and its semicolon, and looks for in the finished picture. */
function apart(text: string): string {
  return text.replace(/\uFB02(?=\u00B0)|\u00B6(?=\u00DF)/g, "$&\u2060");
}
