export { describeDriver } from "./driver/driver-contract.ts";
export type { DriverContract } from "./driver/driver-suite.ts";
export { expect, type Expectation } from "./expect.ts";
export { asyncDriver } from "./fixtures/async-driver.ts";
export { FailingDriver } from "./fixtures/failing-driver.ts";
export { FailingStore } from "./fixtures/failing-store.ts";
export { MapDriver } from "./fixtures/map-driver.ts";
export { recordingHandler, type RecordedCall, type RecordingHandler } from "./fixtures/recording-handler.ts";
export { doneTask, failedTask, sampleGraph, sampleTask } from "./fixtures/sample-tasks.ts";
export { scriptedHandler, type ScriptedAction } from "./fixtures/scripted-handler.ts";
export { settle, VirtualClock } from "./fixtures/virtual-clock.ts";
export { describeHandler } from "./handler/handler-contract.ts";
export type { HandlerCase, HandlerContract, SucceedingCase } from "./handler/handler-suite.ts";
export { FAULTS, type Fault, type FaultCounts } from "./simulation/faults.ts";
export { describeSimulation, type SimulationContract } from "./simulation/describe-simulation.ts";
export {
  describeReport,
  simulate,
  type SimulationFailure,
  type SimulationOptions,
  type SimulationReport,
} from "./simulation/simulate.ts";
export { storeMatchesMap } from "./store/matches-map.ts";
export { storeMatchesQueries } from "./store/matches-queries.ts";
export { describeStore } from "./store/store-contract.ts";
export type { StoreAbilities, StoreContract } from "./store/store-suite.ts";
export type { TestApi } from "./test-api.ts";
