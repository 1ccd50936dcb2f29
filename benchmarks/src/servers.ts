import { connect } from "node:net";
import type { Contender } from "./comparison.ts";

/** A server that some peers need. */
interface Server {
  readonly variable: string;
  readonly url: string;
  readonly name: string;
}

const SERVERS: Readonly<Record<NonNullable<Contender["needs"]>, Server>> = {
  redis: { variable: "REDIS_URL", url: "redis://127.0.0.1:6379", name: "Redis" },
  postgres: { variable: "DATABASE_URL", url: "postgres://postgres@127.0.0.1:5432/postgres", name: "PostgreSQL" },
};

/** Where the server is: what the environment says, or its usual place on this machine. */
export function serverUrl(need: NonNullable<Contender["needs"]>): string {
  return process.env[SERVERS[need].variable] ?? SERVERS[need].url;
}

/** Says why the contender cannot be measured; `undefined` when nothing is missing. */
export async function missingServer({ name, needs }: Contender): Promise<string | undefined> {
  if (needs === undefined || (await answers(serverUrl(needs)))) return undefined;
  const { name: server, variable, url } = SERVERS[needs];
  return `${name} is left out: no ${server} answers; start one, and let ${variable} name it (default ${url})`;
}

async function answers(url: string): Promise<boolean> {
  const { hostname, port, protocol } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port || (protocol === "redis:" ? 6379 : 5432)) });
  return new Promise<boolean>((resolve) => {
    socket.setTimeout(1000, () => resolve(false));
    socket.once("connect", () => resolve(true));
    socket.once("error", () => resolve(false));
  }).finally(() => socket.destroy());
}
