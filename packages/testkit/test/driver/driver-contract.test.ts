import { describe, expect, it } from "vitest";
import { describeBuiltInDrivers } from "../built-ins.ts";

describeBuiltInDrivers({ describe, expect, it });
