import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Findings } from "../support/findings.ts";
import { codeBlocks } from "../support/markdown.ts";
import { runCommand, type CommandResult } from "../support/run-command.ts";
import { root } from "../support/workspace.ts";

/** A mistake in a file of a guide, and what the test kit must say of it. */
export interface GuideFault {
  readonly file: string;
  readonly text: string;
  readonly broken: string;
  /** The test that fails. */
  readonly title: string;
  readonly advice: string;
}

/** How a file of a guide is written: its name and its code. */
export type Convert = (name: string, code: string) => readonly [string, string];

/** The files that a guide shows, in the blocks that are marked `file=…`, in a folder where the packages are installed. */
export class GuideFolder {
  readonly folder: string;
  readonly files: ReadonlyMap<string, string>;
  readonly #guide: string;
  readonly #findings: Findings;

  constructor(guide: string, folder: string, findings: Findings, convert: Convert = (name, code) => [name, code]) {
    this.#guide = guide;
    this.#findings = findings;
    this.folder = folder;
    this.files = new Map(
      codeBlocks(readFileSync(path.join(root, guide), "utf8")).flatMap(({ marks, code }) => {
        const name = marks.find((mark) => mark.startsWith("file="))?.slice("file=".length);
        return name === undefined ? [] : [convert(name, `${code}\n`)];
      }),
    );
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const [name, code] of this.files) writeFileSync(path.join(folder, name), code);
  }

  /** Reports a problem of the guide. */
  add(problem: string): void {
    this.#findings.add(`${this.#guide}: ${problem}`);
  }

  /** Runs Node in the folder: the one that runs this script. */
  runNode(...args: readonly string[]): Promise<CommandResult> {
    return runCommand(process.execPath, args, { cwd: this.folder, timeoutMs: 120_000 });
  }

  /** `node --test` passes, with so many tests at least: fewer would mean that whole groups have not run. */
  async expectPasses(minTests: number): Promise<void> {
    const tests = await this.runNode("--test");
    const passed = Number(/^(?:#|ℹ) pass (\d+)$/m.exec(tests.stdout)?.[1]);
    if (!tests.ok) this.add(`\`node --test\` fails:\n${tests.output.trim()}`);
    else if (!(passed >= minTests)) this.add(`\`node --test\` ran ${passed} tests, fewer than ${minTests}`);
  }

  /** With the fault, `node --test` fails, and says so. */
  async expectNamed({ file, text, broken, title, advice }: GuideFault): Promise<void> {
    const code = this.files.get(file) ?? "";
    if (!code.includes(text)) this.add(`${file} does not have \`${text}\``);
    writeFileSync(path.join(this.folder, file), code.replace(text, broken));
    const { ok, stdout } = await this.runNode("--test");
    if (ok || !stdout.includes(title) || !stdout.includes(advice))
      this.add(`with \`${broken}\` for \`${text}\` the kit does not say "${advice}" of "${title}"`);
    writeFileSync(path.join(this.folder, file), code);
  }
}
