import { Task, TaskGraph, type EdgeCondition, type GraphDependency, type TaskStatus } from "@ttasks/core";
import fc from "fast-check";

/** Titles that mean something to Mermaid, to DOT, to Markdown, to HTML or to YAML, or that nobody expects. */
export const HOSTILE_TITLES: readonly string[] = [
  ...["end", "graph", "subgraph x", "click t0 href", "default", "style t0 fill:#fff;", "classDef x fill:#fff;"],
  ...[
    "1. item",
    "- item",
    "+ x",
    "* x",
    "# head",
    "> quote",
    "===",
    "~~~",
    "    code",
    "**b** _i_ __b__ ~~s~~",
    "`code`",
  ],
  ...[
    '"quoted"',
    "it's",
    "[a](b) [x] (y) {z} ((w))",
    "a --> b",
    "a;b",
    "a|b",
    "o---o x--x",
    "x:::done @{shape: x}",
    "{{x}}",
  ],
  ...["<b>bold</b><script>alert(1)</script>", "<br/> <br>", "</g></svg>", "&lt;&amp;&#60;&nbsp;", "#35; #quot; #lt;"],
  ...["a\\nb \\", "C:\\new\\table", "\\N \\G \\l", "$$x^2$$ $y$", "ﬂ°°60¶ß ﬂ°lt¶ß ﬂﬂ°°", "fa:fa-car x fab:fa-x"],
  ...[
    "line\nbreak\r\nand\n\nblank",
    "%% comment",
    "%%{init: {'theme':'dark'}}%%",
    "---\ntitle: x\n---",
    "t0 --> t1\n}",
  ],
  ...[
    "https://example.com www.example.com a@b.com",
    "^ & @ ! ? % = + * / ,",
    "__proto__",
    "constructor",
    "1)",
    "v1.2.3-rc.1",
  ],
  ...["日本語のタイトル", "😀👨‍👩‍👧 e\u0301", "\u202eright to left", "  lead  and   trail  ", "\ttab", "", " ", "\n"],
  ...["\0\u0007\u001b[31m\u007f\u0085\ud800\uffff", "x".repeat(1_000), "many words ".repeat(200)],
];

const SHORT_TITLES = HOSTILE_TITLES.filter(({ length }) => length < 100);
const SIGNS = ['"', "#", "&", ";", "<", ">", "%", "{", "}", "[", "]", "(", ")", "|", "`", "\\", "\n", " ", "-", ":"];

const hostileTitle = fc.oneof(
  fc.constantFrom(...HOSTILE_TITLES),
  fc.array(fc.constantFrom(...SHORT_TITLES, ...SIGNS), { maxLength: 6 }).map((parts) => parts.join("")),
  fc.string({ unit: "grapheme", maxLength: 40 }),
  fc.string({ unit: "binary", maxLength: 40 }),
);

const taskSpec = fc.record({
  title: hostileTitle,
  state: fc.constantFrom<TaskStatus>("pending", "running", "done", "failed", "cancelled"),
  after: fc.uniqueArray(
    fc.record({ at: fc.nat({ max: 12 }), on: fc.constantFrom<EdgeCondition>("success", "failure", "done") }),
    { maxLength: 3, selector: ({ at }) => at },
  ),
  finally: fc.boolean(),
  required: fc.boolean(),
  pool: fc.option(
    hostileTitle.filter((name) => name.trim() !== ""),
    { nil: undefined },
  ),
});

/** Any graph, also one that cannot run: with any title, states, circles, and tasks that come after some that are not in it. */
export const anyGraph: fc.Arbitrary<TaskGraph> = fc
  .record({ title: hostileTitle, tasks: fc.array(taskSpec, { maxLength: 12 }), extra: hostileTitle })
  .map(({ title, tasks: specs, extra }) => {
    const graph = new TaskGraph({ title });
    const tasks = specs.map((spec) => taskIn(spec.state, spec.title));
    const outside = new Task({ type: "any", payload: 1, id: `${extra}?` });
    const taskAt = (at: number): Task => tasks[at] ?? outside;
    for (const [place, { after, finally: isFinally, required, pool }] of specs.entries()) {
      const conditions = new Map(after.map(({ at, on }) => [taskAt(at), on]));
      const dependencies = [...conditions].map(([task, on]): GraphDependency => ({ task, on }));
      const flags = { finally: isFinally, required, pool };
      graph.add(tasks[place]!, { ...flags, after: isFinally ? conditions.keys() : dependencies });
    }
    return graph;
  });

/** A task that has been brought to a state by hand. */
export function taskIn(state: TaskStatus, title: string): Task {
  const task = new Task({ type: "any", payload: 1, title });
  if (state !== "pending") task.transitionTo(state === "cancelled" ? "cancelled" : "running");
  if (state !== "pending" && !task.isTerminal && state !== "running") task.transitionTo(state);
  return task;
}

/** The edges that a picture must have, as pictures tell them: by the places of tasks, those that are not in the graph behind all others. */
export function edgesOf(graph: TaskGraph): string[] {
  const places = new Map(graph.tasks.map(({ id }, place) => [id, place]));
  const placeOf = (id: string): number => places.get(id) ?? (places.set(id, places.size), places.size - 1);
  const { tasks } = graph.toJSON() as unknown as {
    readonly tasks: readonly {
      readonly id: string;
      readonly after: readonly (string | { id: string; on: string })[];
    }[];
  };
  return tasks.flatMap(({ id, after }) =>
    after.map((item) => {
      const before = typeof item === "string" ? { id: item, on: "" } : item;
      return `t${placeOf(before.id)}-t${placeOf(id)}:${before.on}`;
    }),
  );
}

/** Lint and test before package, docs that nobody needs, and a report at the end. `fail test` fails. */
export function releaseGraph(): TaskGraph {
  const graph = new TaskGraph({ title: "release" });
  const [lint, test, pack, docs, report] = ["lint", "fail test", "package", "docs", "report"].map((title) =>
    taskIn("pending", title),
  ) as [Task, Task, Task, Task, Task];
  graph.add(lint);
  graph.add(test);
  graph.add(pack, { after: [lint, test] });
  graph.add(docs, { required: false });
  graph.add(report, { after: [test, docs], finally: true });
  return graph;
}

/** A rollback, in a pool, when `fail deploy` fails; a search for causes when that fails as well; a notice in any case. */
export function branchingGraph(): TaskGraph {
  const graph = new TaskGraph({ title: "deploy" });
  const [deploy, inquiry, rollback, notify] = ["fail deploy", "find out why", "rollback", "notify"].map((title) =>
    taskIn("pending", title),
  ) as [Task, Task, Task, Task];
  graph.add(deploy, { required: false });
  graph.add(rollback, { after: [{ task: deploy, on: "failure" }], pool: "cluster" });
  graph.add(inquiry, { after: [{ task: rollback, on: "failure" }] });
  graph.add(notify, { after: [{ task: inquiry, on: "done" }] });
  return graph;
}

/** Whether lines show a title, and maybe a note in brackets behind it. */
export function isShown(title: string): (lines: readonly string[]) => boolean {
  return (lines) => {
    const [shown, expected] = [readable(lines.join(" ")), readable(title)];
    return shown.startsWith(expected) && /^( ?\(.*\))?$/.test(shown.slice(expected.length));
  };
}

/** Without what is told by a sign or not at all; and lines may be broken elsewhere, and runs of spaces look like one. */
function readable(text: string): string {
  return text
    .replace(/[\s\u0085]+/g, " ")
    .replace(/[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}\u2400-\u241f\ufffd\u2060]/gu, "")
    .replace(/ +/g, " ")
    .trim();
}
