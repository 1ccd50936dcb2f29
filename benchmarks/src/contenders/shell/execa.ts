import { execa } from "execa";
import { measureShell } from "../measure-shell.ts";

await measureShell(async () => (await execa("bash", ["-c", "echo hello"], { stdin: "ignore" })).stdout);
