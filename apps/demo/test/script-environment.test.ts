import path from "node:path";
import { describe, expect, it } from "vitest";
import { scriptEnvironment } from "../src/script-environment.ts";

describe("the environment of the scripts", () => {
  it("is that of a CI run unless the user says otherwise", () => {
    expect(scriptEnvironment({}, "/app")["CI"]).toBe("true");
    expect(scriptEnvironment({ CI: "" }, "/app")["CI"]).toBe("");
  });

  it("does not tell where this program was started", () => {
    expect(scriptEnvironment({ INIT_CWD: "/home" }, "/app")).toMatchObject({ INIT_CWD: undefined });
  });

  it("keeps a check from starting the preflight that it is part of, also through another one", () => {
    const outer = scriptEnvironment({}, path.resolve("/app"));
    const inner = scriptEnvironment(outer, path.resolve("/other"));
    expect(() => scriptEnvironment(inner, path.resolve("/app"))).toThrow("is running already");
  });
});
