import path from "node:path";
import { describe, expect, it } from "vitest";
import { readRepository } from "../src/read-repository.ts";
import { fixtureFolder, fixtureRepository } from "./fixture-repository.ts";

describe("a repository", () => {
  it("says what it is called and which scripts it has", async () => {
    const folder = fixtureRepository({ name: "app", scripts: { lint: "eslint .", odd: 1 } });
    const expected = { path: folder, name: "app", scripts: { lint: "eslint ." }, preflight: undefined };
    expect(await readRepository(folder)).toEqual(expected);
  });

  it("is called like its folder where it has no name", async () => {
    const folder = fixtureRepository({});
    expect((await readRepository(folder)).name).toBe(path.basename(folder));
  });

  it("may name its checks, each once", async () => {
    const folder = fixtureRepository({ scripts: { a: "", b: "" }, ttasks: { preflight: ["b", "a", "b"] } });
    expect((await readRepository(folder)).preflight).toEqual(["b", "a"]);
  });

  it.each([["lint"], [[]], [[1]]])("is refused when it names %j as its checks", async (preflight) => {
    const folder = fixtureRepository({ scripts: { lint: "" }, ttasks: { preflight } });
    await expect(readRepository(folder)).rejects.toThrow(
      /^Expected "ttasks\.preflight" of the package\.json to be an array/,
    );
  });

  it("is refused when it names a check that it does not have", async () => {
    const folder = fixtureRepository({ scripts: { lint: "" }, ttasks: { preflight: ["lint", "types"] } });
    await expect(readRepository(folder)).rejects.toThrow('names "types" in "ttasks.preflight", but has no script');
  });

  it("needs a package.json", async () => {
    const folder = fixtureFolder();
    await expect(readRepository(folder)).rejects.toThrow(`There is no package.json in ${folder}`);
    await expect(readRepository(path.join(folder, "nowhere"))).rejects.toThrow("There is no package.json in");
  });

  it("needs a package.json that is one", async () => {
    const folder = fixtureRepository({}, { "package.json": "{ name: app }" });
    await expect(readRepository(folder)).rejects.toThrow("package.json is not JSON");
    await expect(readRepository(fixtureRepository([]))).rejects.toThrow(/Expected .*package\.json to hold an object/);
  });
});
