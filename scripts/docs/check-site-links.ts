import { readFileSync } from "node:fs";
import path from "node:path";
import { inflateSync } from "node:zlib";
import type { Findings } from "../support/findings.ts";

const TAG = /<[a-z][^>]*>/gi;
const LINK = /\s(?:href|src)="([^"]*)"/g;
const ID = /\s(?:id|name)="([^"]*)"/g;
/** The file that the navigation at the side of each page is made of. */
const NAVIGATION = "assets/navigation.js";

interface Page {
  readonly links: readonly string[];
  readonly ids: ReadonlySet<string>;
}

/** Follows the links of all pages, and those of the navigation. What leads out of the site is left alone. */
export function checkSiteLinks(
  site: string,
  files: readonly string[],
  findings: Findings,
): { readonly pages: number; readonly links: number } {
  const all = new Set(files);
  const pages = new Map(files.filter((file) => file.endsWith(".html")).map((file) => [file, readPage(site, file)]));
  let links = 0;
  const follow = (from: string, link: string): void => {
    if (/^([a-z][a-z+.-]*:|\/\/)/i.test(link)) return;
    links++;
    const problem = problemOf(all, pages, from, link);
    if (problem !== undefined) findings.add(`${from}: ${link} ${problem}`);
  };
  for (const [file, page] of pages) for (const link of page.links) follow(file, link);
  for (const link of navigationLinks(site)) follow("index.html", link);
  return { pages: pages.size, links };
}

function readPage(site: string, file: string): Page {
  const tags = readFileSync(path.join(site, file), "utf8").match(TAG)?.join("\n") ?? "";
  return { links: [...new Set(valuesOf(tags, LINK))], ids: new Set(valuesOf(tags, ID)) };
}

function valuesOf(tags: string, attribute: RegExp): string[] {
  return Array.from(tags.matchAll(attribute), ([, value = ""]) =>
    value
      .replaceAll("&quot;", '"')
      .replaceAll("&#39;", "'")
      .replaceAll("&lt;", "<")
      .replaceAll("&gt;", ">")
      .replaceAll("&amp;", "&"),
  );
}

function problemOf(
  files: ReadonlySet<string>,
  pages: ReadonlyMap<string, Page>,
  from: string,
  link: string,
): string | undefined {
  const [address = "", anchor = ""] = link.split("#").map(decodeURIComponent);
  const target = address === "" ? from : path.posix.join(path.posix.dirname(from), address.replace(/\?.*/, ""));
  const file = target.endsWith("/") ? path.posix.join(target, "index.html") : target;
  if (!files.has(file)) return "leads nowhere";
  if (file.endsWith(".md")) return "is not a page: name it among the projectDocuments in typedoc.json";
  if (anchor === "" || !file.endsWith(".html")) return undefined;
  return pages.get(file)?.ids.has(anchor) === true ? undefined : "has no such anchor";
}

/** TypeDoc keeps the navigation as compressed JSON, a tree of `{ path, children }`. */
function navigationLinks(site: string): string[] {
  interface Entry {
    readonly path?: string;
    readonly children?: readonly Entry[];
  }
  const script = readFileSync(path.join(site, NAVIGATION), "utf8");
  const data = /"([\w+/=]+)"/.exec(script)?.[1] ?? "";
  const links: string[] = [];
  const walk = (entries: readonly Entry[]): void => {
    for (const { path: link, children } of entries) {
      if (link !== undefined) links.push(link);
      walk(children ?? []);
    }
  };
  walk(JSON.parse(inflateSync(Buffer.from(data, "base64")).toString("utf8")) as Entry[]);
  if (links.length === 0) throw new Error(`${NAVIGATION} has no links: TypeDoc keeps them elsewhere now`);
  return links;
}
