import { asyncDriver, describeDriver, FailingDriver, MapDriver } from "@ttasks/testkit";
import { describe, expect, it } from "vitest";

describe("MapDriver", () => {
  describeDriver({ describe, it, expect }, { create: () => new MapDriver() });
});

describe("a driver that answers with promises", () => {
  describeDriver({ describe, it, expect }, { create: () => asyncDriver(new MapDriver()) });
});

describe("FailingDriver, while no write is to fail", () => {
  describeDriver({ describe, it, expect }, { create: () => new FailingDriver(new MapDriver()) });
});
