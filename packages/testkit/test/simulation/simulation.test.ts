import type { StoreDriver } from "@ttasks/core";
import {
  asyncDriver,
  describeReport,
  describeSimulation,
  FAULTS,
  MapDriver,
  simulate,
  type SimulationReport,
} from "@ttasks/testkit";
import { describe, expect, it } from "vitest";
import { collectFailures } from "../collect-failures.ts";
import { createForgetfulDriver, LosingDriver, UnconditionalDriver } from "../faulty-drivers.ts";

const SEEDS = 2_000;
const BLOCK = 250;

function play(createDriver: () => StoreDriver, seeds: number, from = 1): Promise<SimulationReport> {
  return simulate({ createDriver, seeds, from });
}

describe(`${SEEDS} seeds of several processes over one ledger`, () => {
  const reports: SimulationReport[] = [];

  it.each(Array.from({ length: SEEDS / BLOCK }, (_, index) => index * BLOCK + 1))(
    "from seed %i on: whatever goes wrong, the ledger tells the truth",
    async (from) => {
      const report = await play(() => new MapDriver(), BLOCK, from);
      reports.push(report);
      expect(report.failure, describeReport(report)).toBeUndefined();
    },
  );

  it("at least 100 steps a seed, and every kind of fault at least 200 times", () => {
    const report = joined(reports);
    console.log(describeReport(report));
    expect(report.seeds).toBe(SEEDS);
    expect(report.steps / report.seeds).toBeGreaterThanOrEqual(100);
    for (const fault of FAULTS) expect(report.faults[fault], fault).toBeGreaterThanOrEqual(200);
  });
});

function joined(reports: readonly SimulationReport[]): SimulationReport {
  const sum = (of: (report: SimulationReport) => number): number =>
    reports.reduce((total, report) => total + of(report), 0);
  const faults = Object.fromEntries(FAULTS.map((fault) => [fault, sum((report) => report.faults[fault])]));
  return {
    seeds: sum(({ seeds }) => seeds),
    steps: sum(({ steps }) => steps),
    faults: faults as SimulationReport["faults"],
    hash: reports.map(({ hash }) => hash).join(),
    failure: undefined,
  };
}

describe("a simulation", () => {
  it("goes the same way whenever the same seeds are played", async () => {
    const lines: string[] = [];
    const onEvent = (line: string): number => lines.push(line);
    const first = await simulate({ createDriver: () => new MapDriver(), seeds: 20, onEvent });
    const firstLines = lines.splice(0);
    expect(await simulate({ createDriver: () => new MapDriver(), seeds: 20, onEvent })).toEqual(first);
    expect(lines).toEqual(firstLines);
    expect((await play(() => new MapDriver(), 20, 2)).hash).not.toBe(first.hash);
  });

  it("takes a driver that answers with promises", async () => {
    const report = await play(() => asyncDriver(new MapDriver()), 100);
    expect(report.failure, describeReport(report)).toBeUndefined();
  });

  it("finds a driver that ignores conditions, and tells how to play that again", async () => {
    const report = await play(() => new UnconditionalDriver(), 100);
    const { seed, problem, events } = report.failure!;
    expect(problem).toContain("though its condition");
    expect(describeReport(report)).toContain(`Seed ${seed} fails at step`);
    expect(describeReport(report)).toContain(`from: ${seed}, seeds: 1`);
    expect(events.length).toBeGreaterThan(0);
    expect((await play(() => new UnconditionalDriver(), 1, seed)).failure).toEqual(report.failure);
  });

  it("finds a driver that loses what it has written", async () => {
    expect((await play(() => new LosingDriver(), 100)).failure?.problem).toContain("the driver");
    expect((await play(createForgetfulDriver, 100)).failure?.problem).toContain("is not stored as it must be stored");
  });

  it("finds a driver that throws", async () => {
    class ThrowingDriver extends MapDriver {
      override read(): never {
        throw new Error("the disk is broken");
      }
    }
    expect((await play(() => new ThrowingDriver(), 100)).failure?.problem).toContain("the disk is broken");
  });

  it("closes each driver", async () => {
    const open = new Set<StoreDriver>();
    const createDriver = (): StoreDriver => {
      const driver = new MapDriver();
      open.add(driver);
      return driver;
    };
    await simulate({ createDriver, closeDriver: (driver) => void open.delete(driver), seeds: 3 });
    expect(open.size).toBe(0);
  });

  it.each([0, 1.5, NaN, "10"])("%s seeds are refused", async (seeds) => {
    await expect(simulate({ createDriver: () => new MapDriver(), seeds: seeds as number })).rejects.toThrow(
      "Expected `seeds` to be a whole number from 1",
    );
  });
});

describe("the tests of a driver by simulation", () => {
  it("pass for one that is right", async () => {
    const failures = await collectFailures((api) =>
      describeSimulation(api, { createDriver: () => new MapDriver(), seeds: 30, seedsPerTest: 20 }),
    );
    expect([...failures]).toEqual([]);
  });

  it("fail for one that is wrong, and say which seed does", async () => {
    const failures = await collectFailures((api) =>
      describeSimulation(api, { createDriver: () => new UnconditionalDriver(), seeds: 30, seedsPerTest: 20 }),
    );
    expect([...failures.values()].join()).toMatch(/Seed \d+ fails at step/);
  });
});
