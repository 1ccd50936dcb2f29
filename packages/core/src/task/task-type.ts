import type { JsonValue } from "../internal/json-value.ts";

/** The types of task that ttasks brings handlers for. Types are open: any other string works as well. */
export const TaskType = Object.freeze({
  BASH: "bash",
  POWERSHELL: "powershell",
  PROMPT: "prompt",
  AGENT: "agent",
} as const);

/** One of the types that ttasks brings handlers for. */
export type TaskType = (typeof TaskType)[keyof typeof TaskType];

/**
 * Payload and output of each task type that the compiler knows. A handler package adds its own by declaration merging.
 *
 * @example
 * ```ts
 * declare module "@ttasks/core" {
 *   interface TaskTypes {
 *     http: { payload: { url: string }; output: { status: number } };
 *   }
 * }
 * ```
 */
export interface TaskTypes {
  /** A script for bash; its output is what it printed. */
  bash: { payload: string; output: string };
  /** A script for PowerShell; its output is what it printed. */
  powershell: { payload: string; output: string };
  /** A question to a language model that has no tools; its output is the answer. */
  prompt: { payload: string; output: string };
  /** An instruction to an agent that has tools; its output is its last message. */
  agent: { payload: string; output: string };
}

/** A type that the compiler knows. */
export type KnownTaskType = keyof TaskTypes;

/** Any type of task: the known ones are completed by editors, every other string is legal. */
export type TaskTypeName = KnownTaskType | (string & {});

/** The payload that tasks of type `K` take: any JSON for types that are not known. */
export type PayloadOf<K extends string> = K extends KnownTaskType ? TaskTypes[K]["payload"] : JsonValue;

/** The output that tasks of type `K` give: `unknown` for types that are not known. */
export type OutputOf<K extends string> = K extends KnownTaskType ? TaskTypes[K]["output"] : unknown;
