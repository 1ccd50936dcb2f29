import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

type Route = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

const ROUTES: Readonly<Record<string, Route>> = {
  "/hello": (_request, response) => void response.end("hello"),
  "/echo": async (request, response) => {
    const { method, headers } = request;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ method, headers, body: await text(request) }));
  },
  "/pieces": async (_request, response) => {
    for (const piece of ["one, ", "two, ", "three"]) {
      response.write(piece);
      await sleep(20);
    }
    response.end();
  },
  "/grüße": (_request, response) => void response.end("ÄÖÜ"),
  "/endless": async (_request, response) => {
    while (!response.destroyed) if (!response.write("x".repeat(10_000))) await sleep(1);
  },
  "/fails": (_request, response) => {
    response.writeHead(503, { "content-type": "text/plain", "retry-after": "7", "set-cookie": "session=secret" });
    response.end("try later");
  },
  "/empty": (_request, response) => void response.writeHead(204).end(),
  "/moved": (_request, response) => void response.writeHead(302, { location: "/hello" }).end(),
  "/breaks-off": (_request, response) => {
    response.writeHead(200, { "content-length": "100" });
    response.write("the first half");
    setTimeout(() => response.destroy(), 50);
  },
  "/hangs": () => undefined,
  "/hangs-in-the-middle": (_request, response) => void response.write("the first half"),
};

/** A server on this machine that shows what handlers meet. */
export class LocalServer {
  readonly #server = createServer((request, response) => {
    const path = decodeURI(new URL(request.url ?? "/", "http://localhost").pathname);
    this.#open.add(path);
    response.once("close", () => this.#open.delete(path));
    void ROUTES[path]?.(request, response);
  });
  readonly #open = new Set<string>();

  /** Starts it, on a free port. */
  async start(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
  }

  /** The address of a path. */
  at(path: string): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${path}`;
  }

  /** The paths whose requests still hold a connection: what a client has hung up on is told within a moment. */
  async openRequests(): Promise<readonly string[]> {
    for (let rounds = 0; this.#open.size > 0 && rounds < 50; rounds++) await sleep(10);
    return Array.from(this.#open);
  }

  /** Ends it, and whatever still hangs on it. */
  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
