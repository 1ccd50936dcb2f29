import { checkOrdinal, checkText, optional, shape } from "../internal/check-option.ts";

/** The process that an executor lives in. */
export interface ExecutorOwner {
  /** The name of the machine. */
  readonly host: string;
  readonly pid: number;
  /** Tells the process from another one that is given the same number later; what it looks like is the platform's affair. */
  readonly processStart?: string | undefined;
}

/** Throws a `TypeError` for anything but the owner of an executor. */
export const checkOwner = shape<ExecutorOwner>({
  host: checkText,
  pid: checkOrdinal,
  processStart: optional(checkText),
});
