export { httpHandlers } from "./http-handlers.js";
export type { HttpOptions } from "./http-options.js";
export type { HttpAnswer, HttpRequest } from "./http-types.js";
