/** What a new package begins with. */
export interface Starter {
  readonly description: string;
  /** The name of the source file and its test. */
  readonly module: string;
  readonly index: string;
  readonly source: string;
  readonly test: string;
  /** Whether the test uses the testkit. */
  readonly testkit: boolean;
  /** What the README shows. */
  readonly example: string;
  /** Whether the documentation check runs it. */
  readonly exampleRuns: boolean;
}

/** A handler that answers with its payload, and a test that runs it. */
export function handlersStarter(folder: string, name: string): Starter {
  const type = folder.replace("handlers-", "");
  const make = `${camelCase(type)}Handlers`;
  const map = `${pascalCase(type)}HandlerMap`;
  const example = `import { Task, TaskExecutor } from "@ttasks/core";
import { ${make} } from "${name}";

const executor = new TaskExecutor({ handlers: ${make}() });
const result = await executor.execute(new Task({ type: "${type}", payload: "hello" }));
console.log(result.output); // "hello"`;
  return {
    description: `Handlers of ${type} tasks for ttasks`,
    module: `${type}-handlers`,
    index: `export { ${make}, type ${map} } from "./${type}-handlers.ts";\n`,
    source: `import type { Handler } from "@ttasks/core";

/** The handlers of this package, by type of task. */
export type ${map} = { readonly "${type}": Handler<"${type}"> };

/**
 * Handlers of \`${type}\` tasks: they answer with the payload.
 *
 * @example
 * \`\`\`ts
${inComment(example)}
 * \`\`\`
 */
export function ${make}(): ${map} {
  return { "${type}": ({ task }) => task.payload };
}
`,
    test: `import { Task, TaskExecutor } from "@ttasks/core";
import { ${make} } from "${name}";
import { describe, expect, it } from "vitest";

describe("the handlers of ${type} tasks", () => {
  it("answer with the payload", async () => {
    const executor = new TaskExecutor({ handlers: ${make}() });
    const result = await executor.execute(new Task({ type: "${type}", payload: "hello" }));
    expect(result.output).toBe("hello");
  });
});
`,
    testkit: false,
    example,
    exampleRuns: true,
  };
}

/** A store over a driver that is passed in, and the contract suite that it passes. */
export function storeStarter(folder: string, name: string): Starter {
  const backend = folder.replace("store-", "");
  const store = `${pascalCase(backend)}Store`;
  const example = `import type { StoreDriver } from "@ttasks/core";
import { ${store} } from "${name}";

declare const driver: StoreDriver<"sync">;
const store = new ${store}(driver);
console.log(store.tasks.size);`;
  return {
    description: `A ttasks store on ${backend}`,
    module: `${backend}-store`,
    index: `export { ${store} } from "./${backend}-store.ts";\n`,
    source: `import { DocumentStore } from "@ttasks/core";

/**
 * A store on ${backend}, over a driver.
 *
 * @example
 * \`\`\`ts
${inComment(example)}
 * \`\`\`
 */
export class ${store} extends DocumentStore {}
`,
    test: `import { describeStore, MapDriver } from "@ttasks/testkit";
import { ${store} } from "${name}";
import { describe, expect, it } from "vitest";

describe("${store}", () => {
  describeStore(
    { describe, it, expect },
    { create: () => new ${store}(new MapDriver()), abilities: { reads: "snapshots" } },
  );
});
`,
    testkit: true,
    example,
    exampleRuns: false,
  };
}

function pascalCase(words: string): string {
  return words.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function camelCase(words: string): string {
  return words.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function inComment(text: string): string {
  return text
    .split("\n")
    .map((line) => ` * ${line}`.trimEnd())
    .join("\n");
}
