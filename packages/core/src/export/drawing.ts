import type { EdgeCondition } from "../graph/edge-condition.ts";
import type { TaskGraph } from "../graph/task-graph.ts";
import type { Task } from "../task/task.ts";
import type { TaskStatus } from "../task/task-status.ts";

/** What a task looks like: its state, or why it stays pending. A missing one is named by another task, but is not in the graph. */
type Look = TaskStatus | "blocked" | "skipped" | "missing";

/** A task as a picture shows it. */
export interface DrawnTask {
  readonly look: Look;
  /** The lines of its title, and one that tells what colour and shape tell, for those who do not see them. */
  readonly lines: readonly string[];
  readonly isFinally: boolean;
  readonly isOptional: boolean;
}

/** An edge between two tasks, by their places. */
export interface DrawnEdge {
  readonly from: number;
  readonly to: number;
  /** The condition, where it is not success. */
  readonly on: EdgeCondition | undefined;
  /** Whether what comes after may start without the success of what comes before. */
  readonly isDashed: boolean;
}

/** What is in the picture of a graph: the same for every format. */
export interface Drawing {
  readonly title: readonly string[];
  readonly tasks: readonly DrawnTask[];
  readonly edges: readonly DrawnEdge[];
}

/** Fill and line: light enough for dark text, and strong enough to be told apart on a light page and on a dark one. */
export const COLOURS: Readonly<Record<Look, readonly [fill: string, line: string]>> = {
  pending: ["#f6f8fa", "#57606a"],
  running: ["#ddf4ff", "#0969da"],
  done: ["#dafbe1", "#1a7f37"],
  failed: ["#ffebe9", "#cf222e"],
  cancelled: ["#fbefff", "#8250df"],
  blocked: ["#fff8c5", "#9a6700"],
  skipped: ["#d0d7de", "#57606a"],
  missing: ["#ffffff", "#cf222e"],
};

/** What is written on all of the colours. */
export const TEXT_COLOUR = "#1f2328";

/** An entry of `graph.toJSON()`. */
interface Entry {
  readonly after: readonly (string | { readonly id: string; readonly on: EdgeCondition })[];
  readonly finally: boolean;
  readonly required: boolean;
  readonly pool?: string;
}

/** The picture of a graph as it stands. */
export function drawingOf(graph: TaskGraph): Drawing {
  const { tasks } = graph;
  const places = new Map(tasks.map(({ id }, place) => [id, place]));
  const drawn: DrawnTask[] = [];
  const edges: DrawnEdge[] = [];
  const missing: DrawnTask[] = [];
  const placeOf = (id: string): number => {
    let place = places.get(id);
    if (place === undefined) {
      place = tasks.length + missing.push(drawnTask("missing", id)) - 1;
      places.set(id, place);
    }
    return place;
  };
  const lookOf = looks(graph);
  for (const [place, entry] of (graph.toJSON()["tasks"] as unknown as readonly Entry[]).entries()) {
    const task = tasks[place] as Task;
    drawn.push(drawnTask(lookOf(task), task.title, entry));
    for (const item of entry.after) {
      const { id, on } = typeof item === "string" ? { id: item, on: undefined } : item;
      edges.push({ from: placeOf(id), to: place, on, isDashed: entry.finally || on !== undefined });
    }
  }
  return { title: linesOf(graph.title), tasks: [...drawn, ...missing], edges };
}

function looks(graph: TaskGraph): (task: Task) => Look {
  const blocked = new Set(graph.blocked);
  const skipped = new Set(graph.skipped);
  return (task) => {
    if (!task.isPending) return task.status;
    return blocked.has(task) ? "blocked" : skipped.has(task) ? "skipped" : "pending";
  };
}

function drawnTask(look: Look, title: string, entry?: Entry): DrawnTask {
  const isFinally = entry?.finally === true;
  const isOptional = entry?.required === false;
  const notes = [
    look === "pending" ? "" : look,
    isFinally ? "finally" : "",
    isOptional ? "optional" : "",
    entry?.pool === undefined ? "" : `pool ${entry.pool}`,
  ].filter((note) => note !== "");
  const lines = linesOf(title);
  if (notes.length > 0) lines.push(`(${linesOf(notes.join(", ")).join(" ")})`);
  return { look, lines, isFinally, isOptional };
}

/**
 * What a text shows, line by line, with a sign for each character that has no picture or that no picture may hold. No line is empty:
 * Graphviz fails on some of those.
 */
function linesOf(text: string): string[] {
  return text
    .split(/\r\n|[\n\v\f\r\u0085\u2028\u2029]/)
    .map((line) => line.replace(/[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/gu, signOf) || "\xa0");
}

function signOf(character: string): string {
  if (character === "\t") return " ";
  return character < " " ? String.fromCharCode(0x2400 + character.charCodeAt(0)) : "\ufffd";
}
