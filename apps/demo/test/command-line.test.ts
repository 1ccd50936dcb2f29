import path from "node:path";
import { describe, expect, it } from "vitest";
import { readCommandLine } from "../src/command-line.ts";
import { UserError } from "../src/user-error.ts";

const CWD = path.resolve("/home/ada");

describe("the command line", () => {
  it("takes the repository of the program where no path is given", () => {
    expect(readCommandLine([], CWD).repository).toBe(path.resolve(import.meta.dirname, "../../.."));
  });

  it("takes paths from where the user stands", () => {
    const { repository, ledger } = readCommandLine(["../app", "--ledger", "runs.db"], CWD);
    expect(repository).toBe(path.resolve("/home/app"));
    expect(ledger).toBe(path.resolve("/home/ada/runs.db"));
  });

  it("takes the arguments after the `--` that package managers hand on", () => {
    expect(readCommandLine(["--", "../app", "-c", "3", "-f"], CWD)).toMatchObject({
      repository: path.resolve("/home/app"),
      concurrency: 3,
      failFast: true,
    });
  });

  it("asks for a recommendation unless it is told not to", () => {
    expect(readCommandLine([], CWD).ai).toBe(true);
    expect(readCommandLine(["--no-ai"], CWD).ai).toBe(false);
  });

  it.each([
    [["--colour"], /^Unknown option '--colour'$/],
    [["a", "b"], /^Expected one path, got two: a b$/],
    [["--ledger"], /^Option '-l, --ledger <value>' argument missing$/],
    [["--concurrency", "0"], /^Expected --concurrency to be a whole number from 1, got "0"$/],
    [["--concurrency", "many"], /got "many"$/],
    [["--concurrency", "1.5"], /got "1.5"$/],
    [[""], /^Expected a path, got an empty one$/],
  ])("refuses %j", (argv, message) => {
    expect(() => readCommandLine(argv, CWD)).toThrow(UserError);
    expect(() => readCommandLine(argv, CWD)).toThrow(message);
  });
});
