import { readFile, realpath } from "node:fs/promises";
import path from "node:path";
import { UserError } from "./user-error.ts";

/** What a repository says of itself in its package.json. */
export interface Repository {
  /** The folder, with symbolic links resolved. */
  readonly path: string;
  readonly name: string;
  /** The commands of its scripts, by name. */
  readonly scripts: Readonly<Record<string, string>>;
  /** The scripts that it wants to be run as its preflight, if it names them. */
  readonly preflight: readonly string[] | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads the package.json of a folder.
 *
 * @throws {UserError} when it is missing or damaged, or names checks that are not there
 */
export async function readRepository(folder: string): Promise<Repository> {
  const manifest = await readManifest(path.join(folder, "package.json"));
  const scripts = fieldsOf(manifest["scripts"]);
  const name = manifest["name"];
  return {
    path: await realpath(folder),
    name: typeof name === "string" && name !== "" ? name : path.basename(folder),
    scripts: Object.fromEntries(
      Object.entries(scripts).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
    ),
    preflight: readPreflight(fieldsOf(manifest["ttasks"])["preflight"], scripts),
  };
}

async function readManifest(file: string): Promise<Fields> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR")
      throw new UserError(
        `There is no package.json in ${path.dirname(file)}: give the path of a repository that has one`,
      );
    throw new UserError(`Cannot read ${file}: ${String(error)}`);
  }
  let manifest: unknown;
  try {
    manifest = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new UserError(`${file} is not JSON: ${(error as Error).message}`);
  }
  if (typeof manifest !== "object" || manifest === null || Array.isArray(manifest))
    throw new UserError(`Expected ${file} to hold an object`);
  return manifest as Fields;
}

function readPreflight(named: unknown, scripts: Fields): readonly string[] | undefined {
  if (named === undefined) return undefined;
  if (!Array.isArray(named) || named.length === 0 || !named.every((name) => typeof name === "string"))
    throw new UserError('Expected "ttasks.preflight" of the package.json to be an array of names of scripts');
  const names = [...new Set(named as readonly string[])];
  const missing = names.find((name) => typeof scripts[name] !== "string");
  if (missing !== undefined)
    throw new UserError(`The package.json names "${missing}" in "ttasks.preflight", but has no script of that name`);
  return names;
}

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}
