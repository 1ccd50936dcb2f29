import { printSample } from "./print-sample.ts";

const [concurrency = "1", tasks = "60"] = process.argv.slice(2);
const WARM_UP = 10;

/** Times `bash -c 'echo hello'`, given how one is run to its end with its output collected or seen. */
export async function measureShell(runOne: () => Promise<string>): Promise<void> {
  const check = async (): Promise<void> => {
    const output = await runOne();
    if (output.trim() !== "hello") throw new Error(`Expected "hello", got ${JSON.stringify(output)}`);
  };
  for (let i = 0; i < WARM_UP; i++) await check();
  const count = Number(tasks);
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next++ < count) await check();
  };
  const cpu = process.cpuUsage();
  const start = performance.now();
  await Promise.all(Array.from({ length: Number(concurrency) }, lane));
  const ms = (performance.now() - start) / count;
  const { user, system } = process.cpuUsage(cpu);
  printSample({ ms, cpuMs: (user + system) / 1000 / count });
}
