import { spawn } from "node:child_process";
import { measureShell } from "../measure-shell.ts";

await measureShell(
  () =>
    new Promise((resolve, reject) => {
      const child = spawn("bash", ["-c", "echo hello"], { stdio: ["ignore", "pipe", "pipe"] });
      const stdout: Buffer[] = [];
      const stderr: Buffer[] = [];
      child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
      child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
      child.once("error", reject);
      child.once("close", (code) => {
        if (code === 0) resolve(Buffer.concat(stdout).toString());
        else reject(new Error(Buffer.concat(stderr).toString()));
      });
    }),
);
