import { programs } from "../tsup.base.ts";

export default programs(["src/bench.ts", "src/contenders/*/*.ts"]);
