export { describeDriver, type DriverContract } from "./driver/driver-contract.ts";
export { asyncDriver } from "./fixtures/async-driver.ts";
export { FailingDriver } from "./fixtures/failing-driver.ts";
export { FailingStore } from "./fixtures/failing-store.ts";
export { MapDriver } from "./fixtures/map-driver.ts";
export { recordingHandler, type RecordedCall, type RecordingHandler } from "./fixtures/recording-handler.ts";
export { doneTask, failedTask, sampleGraph, sampleTask } from "./fixtures/sample-tasks.ts";
export { scriptedHandler, type ScriptedAction } from "./fixtures/scripted-handler.ts";
export { settle, VirtualClock } from "./fixtures/virtual-clock.ts";
export {
  describeHandler,
  type HandlerCase,
  type HandlerContract,
  type SucceedingCase,
} from "./handler/handler-contract.ts";
export { storeMatchesMap } from "./store/matches-map.ts";
export { describeStore, type StoreAbilities, type StoreContract } from "./store/store-contract.ts";
export type { TestApi } from "./test-api.ts";
