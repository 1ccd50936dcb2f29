import { readFileSync } from "node:fs";
import path from "node:path";
import {
  Converter,
  MinimalSourceFile,
  normalizePath,
  ReflectionKind,
  StructureRouter,
  type Application,
  type Context,
  type DocumentReflection,
  type Reflection,
} from "typedoc";
import type { Manifest } from "../support/workspace.ts";

/** Lets a site of TypeDoc show packages by their names, with their READMEs, and guides by their titles. */
export function sitePlugin(app: Application): void {
  app.renderer.defineRouter("ttasks", SiteRouter);
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, useHeadingAsName);
  // Before links are resolved.
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, presentPackages, 1_000);
}

/** The names that documents had at first: their paths, without the ending. */
const paths = new WeakMap<Reflection, string>();

function useHeadingAsName(_context: unknown, document: DocumentReflection): void {
  paths.set(document, document.name);
  const first = document.content.find(({ text }) => text.trim() !== "");
  document.name = /^#\s+(.+)$/m.exec(first?.text ?? "")?.[1]?.replaceAll("`", "") ?? document.name;
}

function presentPackages(context: Context): void {
  const { project } = context;
  for (const module of project.getChildrenByKind(ReflectionKind.Module)) {
    const source = module.sources?.[0]?.fullFileName;
    if (source === undefined) throw new Error(`No source is known of the module ${module.name}`);
    const folder = path.resolve(path.dirname(source), "..");
    module.name = (JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as Manifest).name;
    const readme = path.join(folder, "README.md");
    // The page has the package's name as its heading already.
    const text = readFileSync(readme, "utf8").replace(/^# .+\n/, "");
    const file = new MinimalSourceFile(text, normalizePath(readme));
    module.readme = context.converter.parseRawComment(file, project.files).content;
    for (const target of [readme, folder]) project.files.registerReflectionPath(normalizePath(target), module);
  }
}

/** Pages lie at the path of their source or the name of their package: `docs/tasks.html`, `core/Task.html`. */
class SiteRouter extends StructureRouter {
  protected override getIdealBaseName(reflection: Reflection): string {
    return paths.get(reflection) ?? super.getIdealBaseName(reflection).replace(/^_ttasks\//, "");
  }
}
