import { arrayOf, checkBoolean, checkText, isObject, optional, shape, type Check } from "../internal/check-option.ts";
import { checkCondition, type EdgeCondition } from "./edge-condition.ts";
import { ADD_OPTIONS } from "./graph-options.ts";

interface StoredDependency {
  readonly id: string;
  readonly on: EdgeCondition;
}

/** How the document of a graph holds a task. */
interface StoredEntry {
  readonly id: string;
  /** A dependency with the usual condition is its id. */
  readonly after: readonly (string | StoredDependency)[];
  readonly finally: boolean;
  readonly required: boolean;
  readonly pool: string | undefined;
  readonly priority: number | undefined;
}

const checkConditional = shape<StoredDependency>({ id: checkText, on: checkCondition });

/** Throws a `TypeError` for anything but the tasks of a graph's document. */
export const checkEntries: Check<readonly StoredEntry[]> = arrayOf(
  shape<StoredEntry>({
    id: checkText,
    after: arrayOf((name, value) => (isObject(value) ? checkConditional : checkText)(name, value)),
    finally: checkBoolean,
    required: checkBoolean,
    pool: optional(ADD_OPTIONS.pool),
    priority: optional(ADD_OPTIONS.priority),
  }),
);
