import { appendFileSync } from "node:fs";
import type { LoadHook } from "node:module";

/** Writes the address of each module that is loaded into the file that `IMPORTS_FILE` names. */
export const load: LoadHook = (url, context, nextLoad) => {
  appendFileSync(process.env["IMPORTS_FILE"]!, `${url}\n`);
  return nextLoad(url, context);
};
