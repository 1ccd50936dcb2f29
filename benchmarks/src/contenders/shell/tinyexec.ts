import { x } from "tinyexec";
import { measureShell } from "../measure-shell.ts";

await measureShell(async () => (await x("bash", ["-c", "echo hello"], { throwOnError: true })).stdout);
