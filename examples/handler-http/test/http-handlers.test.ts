import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { Task, TaskExecutionError, TaskExecutor, type TaskResult } from "@ttasks/core";
import { httpHandlers, type HttpAnswer, type HttpOptions, type HttpRequest } from "ttasks-handler-http";
import { LocalServer } from "./local-server.js";

const server = new LocalServer();
await server.start();
after(() => server.stop());

const httpTask = (path: string, request: Partial<HttpRequest> = {}): Task<"http"> =>
  new Task({ type: "http", payload: { url: server.at(path), ...request }, title: path });

const executorWith = (options?: HttpOptions): TaskExecutor => new TaskExecutor({ handlers: httpHandlers(options) });

// The compiler knows the type of the output.
const run = (path: string, request?: Partial<HttpRequest>, options?: HttpOptions): Promise<TaskResult<HttpAnswer>> =>
  executorWith(options).execute(httpTask(path, request));

/** What is thrown by a task that fails. */
async function failure(task: Task<"http">, options?: HttpOptions): Promise<TaskExecutionError> {
  const error: unknown = await executorWith(options)
    .execute(task)
    .then(
      () => undefined,
      (error: unknown) => error,
    );
  assert.ok(error instanceof TaskExecutionError, `expected a TaskExecutionError, got ${String(error)}`);
  return error;
}

const sent = ({ output }: TaskResult<HttpAnswer>): { method: string; headers: Record<string, string>; body: string } =>
  JSON.parse(output?.body ?? "") as ReturnType<typeof sent>;

describe("a request", () => {
  it("has the method, the headers and the body of the payload", async () => {
    const { method, headers, body } = sent(
      await run("/echo", { method: "POST", headers: { "X-Trace": "1" }, body: "Grüße" }),
    );
    assert.deepEqual([method, headers["x-trace"], body], ["POST", "1", "Grüße"]);
  });

  it("has the headers of the options, under those of the payload", async () => {
    const options = { headers: { authorization: "Bearer secret", accept: "text/html" } };
    const { headers } = sent(await run("/echo", { headers: { Accept: "application/json" } }, options));
    assert.deepEqual([headers["authorization"], headers["accept"]], ["Bearer secret", "application/json"]);
  });

  it("follows a redirect", async () => {
    assert.equal((await run("/moved")).output?.body, "hello");
  });
});

describe("an answer", () => {
  it("has the status, the type and the body", async () => {
    const { output } = await run("/echo");
    assert.equal(output?.status, 200);
    assert.equal(output.contentType, "application/json");
    assert.equal((await run("/empty")).output?.body, "");
  });

  it("is cut at the limit, and the rest is not fetched", async () => {
    const { output, truncated } = await run("/endless", {}, { maxBodyBytes: 25_000 });
    assert.deepEqual([output?.body.length, truncated], [25_000, true]);
    assert.deepEqual(await server.openRequests(), []);
  });

  it("that just fits is whole", async () => {
    const { output, truncated } = await run("/hello", {}, { maxBodyBytes: 5 });
    assert.deepEqual([output?.body, truncated], ["hello", false]);
  });

  it("is not cut in the middle of a character", async () => {
    const executor = executorWith({ maxBodyBytes: 3 });
    let live = "";
    executor.output.subscribe(({ chunk }) => (live += chunk));
    const { output } = await executor.execute(httpTask("/grüße"));
    assert.deepEqual([output?.body, live], ["Ä", "Ä"]);
  });

  it("is passed on as it comes", async () => {
    const executor = executorWith();
    const pieces: string[] = [];
    executor.output.subscribe(({ chunk }) => pieces.push(chunk));
    const { output } = await executor.execute(httpTask("/pieces"));
    assert.ok(pieces.length > 1, `expected several pieces, got ${pieces.length}`);
    assert.equal(pieces.join(""), output?.body);
  });
});

describe("a request that fails", () => {
  it("tells what the server answered, and when to come again", async () => {
    const task = httpTask("/fails?key=secret");
    const error = await failure(task);
    assert.equal(error.message, `GET ${server.at("/fails")} answered 503 Service Unavailable`);
    assert.deepEqual(error.output, { status: 503, contentType: "text/plain", body: "try later" });
    assert.deepEqual([error.taskId, error.title, error.retryAfterMs], [task.id, task.title, 7_000]);
    assert.ok(error.raw instanceof Response);
    assert.deepEqual(task.result?.output, error.output);
    assert.equal(task.error, error.message);
    assert.ok(!JSON.stringify(task.result).includes("session="), "cookies must not come into a ledger");
  });

  it("tells why there was no answer", async () => {
    const gone = new LocalServer();
    await gone.start();
    const url = gone.at("/hello");
    gone.stop();
    const error = await failure(new Task({ type: "http", payload: { url } }));
    assert.match(error.message, /^GET http:\/\/127.+\/hello had no answer: connect ECONNREFUSED 127/);
    assert.ok(error.cause instanceof Error);
  });

  it("keeps what came of an answer that broke off", async () => {
    const error = await failure(httpTask("/breaks-off"));
    assert.match(error.message, /^The answer to GET .+ broke off after 14 characters: /);
    assert.deepEqual([(error.output as HttpAnswer).body, error.truncated], ["the first half", true]);
  });

  it("stops in the middle of a body when it is cancelled, and hangs up", async () => {
    const executor = executorWith();
    const task = httpTask("/hangs-in-the-middle");
    const begun = new Promise((resolve) => executor.output.subscribe(resolve));
    const ended = assert.rejects(executor.execute(task), { name: "AbortError" });
    await begun;
    await executor.cancel(task);
    await ended;
    assert.equal((task.result?.output as HttpAnswer).body, "the first half");
    assert.deepEqual(await server.openRequests(), []);
  });
});

describe("what is not as expected", () => {
  const payloads: readonly (readonly [payload: unknown, message: RegExp])[] = [
    ["http://localhost", /^Expected `payload` to be an object, got `http/],
    [{}, /^Expected `payload.url` to be an http: or https: address, got `undefined`/],
    [{ url: "file:///etc/passwd" }, /^Expected `payload.url` to be an http: or https: address, got `file:/],
    [{ url: "http://me:secret@localhost" }, /^Expected `payload.url` to hold no name and password: (?!.*secret)/],
    [{ url: "http://localhost", method: 1 }, /^Expected `payload.method` to be a string, got `1` \(number\)$/],
    [{ url: "http://localhost", body: { a: 1 } }, /^Expected `payload.body` to be a string, got `{"a":1}` \(object\)$/],
    [{ url: "http://localhost", headers: { "a b": "secret" } }, /^Expected `payload.headers` to be (?!.*secret)/],
    [{ url: "http://localhost", header: {} }, /^Unknown `header` in payload; it takes url, method, headers, body$/],
  ];
  for (const [payload, message] of payloads) {
    it(`fails the task: ${JSON.stringify(payload)}`, async () => {
      const error = await failure(new Task({ type: "http", payload: payload as HttpRequest }));
      assert.ok(error.cause instanceof TypeError);
      assert.match(error.cause.message, message);
    });
  }

  const options: readonly (readonly [options: unknown, message: RegExp])[] = [
    [{ maxBodyBytes: -1 }, /^Expected `maxBodyBytes` to be a whole number from 0 to 268435456, got `-1` \(number\)$/],
    [{ maxBodyBytes: 1.5 }, /^Expected `maxBodyBytes` to be a whole number/],
    [{ headers: ["a"] }, /^Expected `headers` to be an object/],
    [{ maxBytes: 1 }, /^Unknown `maxBytes` in options; it takes headers, maxBodyBytes$/],
  ];
  for (const [given, message] of options) {
    it(`throws at once: ${JSON.stringify(given)}`, () => {
      assert.throws(() => httpHandlers(given as HttpOptions), { name: "TypeError", message });
    });
  }
});
