import { Graphviz } from "@hpcc-js/wasm-graphviz";
import { JSDOM } from "jsdom";
import type { Mermaid } from "mermaid";

/** A task in a picture. */
export interface SeenTask {
  readonly id: string;
  /** What is written in its box. */
  readonly lines: readonly string[];
}

/** What is to be seen in a picture. */
export interface Picture {
  readonly title: string;
  readonly tasks: readonly SeenTask[];
  /** Each edge by the ids of its ends, with its label behind a colon. */
  readonly edges: readonly string[];
}

interface Vertex {
  readonly id: string;
  /** Its label, where numbers still stand as Mermaid marks them. */
  readonly text: string;
  readonly type: string;
  readonly classes: readonly string[];
}

interface MermaidEdge {
  readonly start: string;
  readonly end: string;
  readonly text: string;
  readonly stroke: string;
}

/** What Mermaid's parser has read. */
export interface Flowchart {
  readonly vertices: readonly Vertex[];
  readonly edges: readonly MermaidEdge[];
}

/** The way to what the parser has read, which its types call deprecated: there is no other. */
interface Parser {
  readonly mermaidAPI: {
    getDiagramFromText(text: string): Promise<{
      readonly db: { getVertices(): ReadonlyMap<string, Vertex>; getEdges(): readonly MermaidEdge[] };
    }>;
  };
}

const { window } = new JSDOM("<!doctype html><body></body>", { pretendToBeVisual: true });
const graphviz = await Graphviz.load();
const mermaid = await loadMermaid();
let pictures = 0;

/** Mermaid is made for browsers. jsdom lays nothing out, so every text has the same size. */
async function loadMermaid(): Promise<Mermaid> {
  const { SVGElement } = window;
  Object.assign(SVGElement.prototype, {
    getBBox: () => ({ x: 0, y: 0, width: 100, height: 20 }),
    getComputedTextLength: () => 100,
  });
  const { document, CSSStyleSheet, Element, HTMLElement } = window;
  Object.assign(globalThis, { window, document, CSSStyleSheet, Element, HTMLElement, SVGElement });
  const { default: mermaid } = await import("mermaid");
  mermaid.initialize({ startOnLoad: false });
  return mermaid;
}

/** What Mermaid's parser makes of a text, in its own words; it throws for a text that it does not accept. */
export async function parseMermaid(text: string): Promise<Flowchart> {
  const { diagramType } = await mermaid.parse(text);
  if (diagramType !== "flowchart-v2") throw new Error(`Not a flowchart but ${diagramType}`);
  const { db } = await (mermaid as unknown as Parser).mermaidAPI.getDiagramFromText(text);
  return { vertices: [...db.getVertices().values()], edges: db.getEdges() };
}

/** What a label shows of which Mermaid's parser gives the text: it is HTML but for the marks of numbers. */
export function linesOf({ text }: Vertex): readonly string[] {
  const label = window.document.createElement("div");
  label.innerHTML = text.replaceAll("ﬂ°°", "&#").replaceAll("¶ß", ";");
  return linesIn(label);
}

/** The picture that Mermaid makes of a text. */
export async function drawMermaid(text: string): Promise<Picture> {
  const { svg } = await mermaid.render(`picture-${pictures++}`, text);
  const page = window.document.createElement("div");
  page.innerHTML = svg;
  return {
    title: page.querySelector(".flowchartTitleText")?.textContent ?? "",
    tasks: [...page.querySelectorAll("g.node")].map((node) => ({
      id: /t\d+/.exec(node.id)?.[0] ?? "",
      lines: linesIn(node.querySelector(".nodeLabel")),
    })),
    edges: [...page.querySelectorAll("path.flowchart-link")].map((edge) => {
      const [, from, to] = /L_(t\d+)_(t\d+)_/.exec(edge.id) ?? [];
      return `${from}-${to}:${page.querySelector(`.edgeLabel [data-id="${edge.id.replace(/^.*?(?=L_)/, "")}"]`)?.textContent ?? ""}`;
    }),
  };
}

/** The picture that Graphviz makes of a text; it throws for a text that it does not accept. */
export function drawDot(text: string): Picture {
  const svg = graphviz.layout(text, "svg");
  const page = new window.DOMParser().parseFromString(svg, "image/svg+xml");
  const named = (kind: string): { name: string; lines: string[] }[] =>
    [...page.querySelectorAll(`g.${kind}`)].map((group) => ({
      name: group.querySelector("title")?.textContent ?? "",
      lines: [...group.querySelectorAll(":scope > text")].map((line) => line.textContent ?? ""),
    }));
  return {
    title: named("graph")[0]?.lines.join(" ") ?? "",
    tasks: named("node").map(({ name, lines }) => ({ id: name, lines })),
    edges: named("edge").map(({ name, lines }) => `${name.replace("->", "-")}:${lines.join()}`),
  };
}

function linesIn(label: Element | null): string[] {
  if (label === null) return [];
  for (const element of label.querySelectorAll("br")) element.replaceWith("\n");
  return (label.textContent ?? "").trim().split("\n");
}
