import { describe, expect, it } from "vitest";
import { describeBuiltInStores } from "../built-ins.ts";

describeBuiltInStores({ describe, expect, it });
