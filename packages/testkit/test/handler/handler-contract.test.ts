import { describe, expect, it } from "vitest";
import { describeScriptedHandler } from "../built-ins.ts";

describeScriptedHandler({ describe, expect, it });
