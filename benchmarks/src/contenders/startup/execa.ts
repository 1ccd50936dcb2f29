import * as imported from "execa";

if (Object.keys(imported).length === 0) throw new Error("Nothing was imported");
