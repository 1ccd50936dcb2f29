import { after, describe, it } from "node:test";
import type { Handler, HandlerOutput } from "@ttasks/core";
import { describeHandler, expect } from "@ttasks/testkit";
import { httpHandlers } from "ttasks-handler-http";
import { LocalServer } from "./local-server.js";

const server = new LocalServer();
await server.start();
after(() => server.stop());

const get = (path: string) => ({ payload: { url: server.at(path) } });

const cases = {
  type: "http",
  fails: get("/fails"),
  hangs: get("/hangs"),
  leftovers: () => server.openRequests(),
};

describe("httpHandlers().http", () => {
  describeHandler(
    { describe, it, expect },
    {
      ...cases,
      create: () => httpHandlers().http,
      succeeds: { ...get("/hello"), output: { status: 200, contentType: null, body: "hello" } },
    },
  );
});

/** The suite wants live output that adds up to the output. Here it adds up to the body in it. */
function bodyOnly({ http }: ReturnType<typeof httpHandlers>): Handler {
  return async (context) => {
    const { output } = (await (http as Handler)(context)) as HandlerOutput<{ readonly body: string }>;
    return output?.body;
  };
}

describe("httpHandlers().http, by its body", () => {
  describeHandler(
    { describe, it, expect },
    {
      ...cases,
      create: () => bodyOnly(httpHandlers()),
      succeeds: { ...get("/hello"), output: "hello" },
      prints: get("/pieces"),
    },
  );
});
