import { createBashHandler, createPowershellHandler, shellHandlers } from "@ttasks/handlers-shell";
import { describe, expect, it } from "vitest";

type BashOptions = Parameters<typeof createBashHandler>[0];

describe("bad options are refused at once", () => {
  it.each<[string, unknown, string]>([
    ["an unknown option", { cmd: "x" }, "Unknown option `cmd` of createBashHandler(); it takes cwd, env, shell, "],
    ["options that are no object", 5, "Expected `options` to be an object, got `5` (number)"],
    ["options that are null", null, "Expected `options` to be an object, got `null`"],
    [
      "a cwd that is not a string",
      { cwd: 5 },
      "Expected `cwd` to be a non-empty string without NUL characters, got `5`",
    ],
    ["an empty cwd", { cwd: "" }, "Expected `cwd` to be a non-empty string"],
    ["a cwd with NUL", { cwd: "a\0b" }, "Expected `cwd` to be a non-empty string without NUL characters, got `a\\0b`"],
    ["an empty shell", { shell: "" }, "Expected `shell` to be a non-empty string"],
    ["an env that is an array", { env: ["A=1"] }, "Expected `env` to be an object, got an array"],
    [
      "a variable that is a number",
      { env: { A: 1 } },
      "Expected `env.A` to be a string without NUL characters, got `1`",
    ],
    ["a variable with NUL", { env: { A: "x\0" } }, "Expected `env.A` to be a string without NUL characters"],
    [
      "a variable with = in its name",
      { env: { "A=B": "x" } },
      'Expected the names in `env` to be non-empty, without "="',
    ],
    ["a variable without a name", { env: { "": "x" } }, "Expected the names in `env` to be non-empty"],
    [
      "maxOutputBytes below 0",
      { maxOutputBytes: -1 },
      "Expected `maxOutputBytes` to be an integer from 0 to 268435456",
    ],
    ["maxOutputBytes with a fraction", { maxOutputBytes: 1.5 }, "Expected `maxOutputBytes` to be an integer"],
    ["maxOutputBytes beyond any string", { maxOutputBytes: 2 ** 40 }, "Expected `maxOutputBytes` to be an integer"],
    ["maxOutputBytes as text", { maxOutputBytes: "1" }, "got `1` (string)"],
    ["killGraceMs below 0", { killGraceMs: -1 }, "Expected `killGraceMs` to be a number of milliseconds from 0 to"],
    ["killGraceMs that is not a number", { killGraceMs: Number.NaN }, "Expected `killGraceMs` to be a number"],
    ["killGraceMs that no timer can take", { killGraceMs: 2 ** 31 }, "Expected `killGraceMs` to be a number"],
  ])("%s", (_what, options, message) => {
    expect(() => createBashHandler(options as BashOptions)).toThrow(TypeError);
    expect(() => createBashHandler(options as BashOptions)).toThrow(message);
    expect(() => createPowershellHandler(options as BashOptions)).toThrow(message.replace("Bash", "Powershell"));
  });

  it.each<[string, unknown, string]>([
    [
      "an unknown option",
      { killGrace: 1 },
      "Unknown option `killGrace` of shellHandlers(); it takes cwd, env, shell, ",
    ],
    ["a shell that is a string", { shell: "bash" }, "Expected `shell` to be an object, got `bash` (string)"],
    [
      "a shell that is not known",
      { shell: { zsh: "zsh" } },
      "Unknown option `zsh` of shell; it takes bash, powershell",
    ],
    ["a shell that is not text", { shell: { bash: 1 } }, "Expected `shell.bash` to be a non-empty string"],
    ["killGraceMs below 0", { killGraceMs: -1 }, "Expected `killGraceMs` to be a number"],
  ])("%s of both handlers", (_what, options, message) => {
    expect(() => shellHandlers(options as Parameters<typeof shellHandlers>[0])).toThrow(message);
  });
});

it("the handlers tell the executor their grace time", () => {
  expect(createBashHandler().graceMs).toBe(5_000);
  expect(createPowershellHandler({ killGraceMs: 10 }).graceMs).toBe(10);
  const { bash, powershell } = shellHandlers({ killGraceMs: 0 });
  expect([bash.graceMs, powershell.graceMs]).toEqual([0, 0]);
});

it("options that are undefined count as not given", () => {
  const nothing = {
    cwd: undefined,
    env: undefined,
    shell: undefined,
    maxOutputBytes: undefined,
    killGraceMs: undefined,
  };
  expect(shellHandlers(nothing).bash.graceMs).toBe(5_000);
});
