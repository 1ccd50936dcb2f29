import { execa } from "execa";
import { measureShell } from "../measure-shell.ts";

await measureShell(async () => {
  const child = execa("bash", ["-c", "echo hello"], { stdin: "ignore", buffer: false });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => void (output += chunk.toString()));
  child.stderr.resume();
  await child;
  return output;
});
