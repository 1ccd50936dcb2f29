import * as imported from "@ttasks/core";

if (Object.keys(imported).length === 0) throw new Error("Nothing was imported");
