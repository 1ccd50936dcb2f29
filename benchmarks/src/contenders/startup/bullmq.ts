import * as imported from "bullmq";

if (Object.keys(imported).length === 0) throw new Error("Nothing was imported");
