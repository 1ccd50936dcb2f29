import { spawn } from "node:child_process";
import { measureOutput } from "../measure-output.ts";

/** `tail`: the last MiB is kept; otherwise the bytes are counted. */
const keepsTail = process.argv[3] === "tail";
const LIMIT = 2 ** 20;

await measureOutput(
  (command) =>
    new Promise<void>((resolve, reject) => {
      const child = spawn("bash", ["-c", command], { stdio: ["ignore", "pipe", "pipe"] });
      let tail: Buffer[] = [];
      let kept = 0;
      let bytes = 0;
      child.stdout.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (!keepsTail) return;
        tail.push(chunk);
        kept += chunk.length;
        while (kept - tail[0]!.length >= LIMIT) kept -= tail.shift()!.length;
      });
      child.stderr.resume();
      child.once("error", reject);
      child.once("close", () => {
        const text = Buffer.concat(tail).subarray(-LIMIT).toString();
        tail = [];
        if (bytes >= 6_000_000 && text.length <= LIMIT) resolve();
        else reject(new Error(`Got ${bytes} bytes`));
      });
    }),
);
