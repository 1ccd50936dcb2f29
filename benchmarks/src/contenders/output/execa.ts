import { execa } from "execa";
import { measureOutput } from "../measure-output.ts";

await measureOutput((command) => execa("bash", ["-c", command], { stdin: "ignore", reject: false }));
