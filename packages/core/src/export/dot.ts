import type { TaskGraph } from "../graph/task-graph.ts";
import { COLOURS, drawingOf, TEXT_COLOUR, type DrawnTask } from "./drawing.ts";

/** A line is broken at the first space after so many characters: Graphviz itself would make a box as wide as its title. */
const WIDTH = 24;

/** What is drawn on the page itself, be it light or dark. */
const GREY = "#7d8590";

/**
 * A graph in DOT, the language of Graphviz: the states of its tasks as colours and in words, conditions on dashed edges, finally tasks
 * with a double border, those that are not required with a dashed one.
 *
 * The text depends on the graph alone: tasks are called `t0`, `t1` … in the order in which they were added. Any title is shown as it is.
 *
 * @example
 * ```ts
 * import { Task, TaskGraph, toDot } from "@ttasks/core";
 *
 * const graph = new TaskGraph({ title: "release" });
 * const build = graph.add(Task.bash("make"));
 * graph.add(Task.bash("make test"), { after: [build] });
 * console.log(toDot(graph));
 * ```
 */
export function toDot(graph: TaskGraph): string {
  const { title, tasks, edges } = drawingOf(graph);
  const font = 'fontname="Helvetica,Arial,sans-serif"';
  return [
    "digraph {",
    `  graph [label=${quoted(title)}, labelloc=t, rankdir=LR, bgcolor=transparent, fontcolor="${GREY}", ${font}]`,
    `  node [shape=box, margin="0.2,0.1", fontcolor="${TEXT_COLOUR}", ${font}]`,
    `  edge [color="${GREY}", fontcolor="${GREY}", fontsize=12, ${font}]`,
    ...tasks.map((task, place) => `  t${place} [${boxed(task)}]`),
    ...edges.map(({ from, to, on, isDashed }) => {
      const attributes = [
        ...(on === undefined ? [] : [`label=${quoted([on])}`]),
        ...(isDashed ? ["style=dashed"] : []),
      ];
      return `  t${from} -> t${to}${attributes.length === 0 ? "" : ` [${attributes.join(", ")}]`}`;
    }),
    "}",
    "",
  ].join("\n");
}

function boxed({ look, lines, isFinally, isOptional }: DrawnTask): string {
  const [fill, line] = COLOURS[look];
  const isDashed = isOptional || look === "missing";
  return [
    `label=${quoted(lines)}`,
    `style="filled,rounded${isDashed ? ",dashed" : ""}"`,
    `fillcolor="${fill}"`,
    `color="${line}"`,
    ...(isFinally ? ["peripheries=2"] : []),
  ].join(", ");
}

/** `&` begins an entity in DOT as in HTML, and a backslash a line break or a name. */
function quoted(lines: readonly string[]): string {
  const text = lines
    .flatMap(wrapped)
    .map((line) => line.replaceAll("&", "&amp;").replace(/[\\"]/g, "\\$&"))
    .join("\\n");
  return `"${text}"`;
}

function wrapped(line: string): string[] {
  const lines: string[] = [];
  let start = 0;
  for (let end: number; (end = line.indexOf(" ", start + WIDTH)) >= 0; start = end + 1)
    lines.push(line.slice(start, end));
  return [...lines, line.slice(start)];
}
