import type { Filter } from "./store-driver.ts";

/** What a filter looks at: a stored document, or the live object. */
export interface Filterable {
  readonly id?: unknown;
  readonly status?: unknown;
  readonly type?: unknown;
  readonly title?: unknown;
  readonly description?: unknown;
  /** Milliseconds since the epoch, or a `Date`. */
  readonly createdAt?: unknown;
  readonly tasks?: unknown;
}

/**
 * Whether a document is one of those that a filter asks for; `limit`, `offset` and `order` are about all of them together. For drivers
 * whose backend cannot do so itself.
 *
 * @example
 * ```ts
 * import { matchesFilter, type Filter, type JsonObject } from "@ttasks/core";
 *
 * const documents: readonly JsonObject[] = [];
 * const scan = (filter: Filter) => documents.filter((document) => matchesFilter(document, filter));
 * ```
 */
export function matchesFilter(document: Filterable, filter: Filter): boolean {
  const { status, type, ids, createdAfter, createdBefore } = filter;
  if (status && !status.includes(document.status as string)) return false;
  if (type !== undefined && type !== document.type) return false;
  if (ids && !ids.has(document.id as string)) return false;
  if (createdAfter !== undefined && !(Number(document.createdAt) > createdAfter)) return false;
  if (createdBefore !== undefined && !(Number(document.createdAt) < createdBefore)) return false;
  return listsTask(document, filter.task) && holdsText(document, filter.text);
}

function listsTask({ tasks }: Filterable, id: string | undefined): boolean {
  return id === undefined || (Array.isArray(tasks) && tasks.some((task) => (task as Filterable | null)?.id === id));
}

function holdsText({ title, description }: Filterable, text: string | undefined): boolean {
  if (text === undefined) return true;
  return [title, description].some((one) => typeof one === "string" && one.toLowerCase().includes(text.toLowerCase()));
}
