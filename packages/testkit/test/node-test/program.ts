// To be run by the test runner of Node: node --import tsx --conditions=source --test program.ts
import { expect } from "@ttasks/testkit";
import { describe, it } from "node:test";
import { describeBuiltInDrivers, describeBuiltInStores, describeScriptedHandler } from "../built-ins.ts";

const api = { describe, expect, it };
describeBuiltInStores(api);
describeBuiltInDrivers(api);
describeScriptedHandler(api);
