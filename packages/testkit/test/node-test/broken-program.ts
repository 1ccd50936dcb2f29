// To be run by the test runner of Node: a store that counts without the limit.
import { DocumentStore } from "@ttasks/core";
import { describeStore, expect } from "@ttasks/testkit";
import { describe, it } from "node:test";
import { UnlimitedDriver } from "../faulty-drivers.ts";

describeStore(
  { describe, expect, it },
  { create: () => new DocumentStore(new UnlimitedDriver()), abilities: { reads: "snapshots" } },
);
