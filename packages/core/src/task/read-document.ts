import { StoreError } from "../errors/store-errors.ts";
import { expected, shown } from "../internal/check-option.ts";
import { toError } from "../internal/to-error.ts";

/** The version of the documents that this version of ttasks writes; it reads the older ones too. */
export const DOCUMENT_VERSION = 3;
const VERSIONS: readonly unknown[] = [1, 2, DOCUMENT_VERSION];

/** The fields of a stored document, not yet checked. */
export type DocumentFields = Readonly<Record<string, unknown>>;

/**
 * Reads a stored document; whatever `read` finds wrong with its fields, the error names the document.
 *
 * @throws {StoreError} `bad_document` when it is damaged, `newer_document` when a newer version wrote it
 */
export function readDocument<T>(kind: string, document: unknown, read: (fields: DocumentFields) => T): T {
  const fields = Object(document) as DocumentFields;
  const name = `The document of ${kind} ${shown(fields["id"])}`;
  const found = fields["version"];
  if (typeof found === "number" && found > DOCUMENT_VERSION)
    throw new StoreError(
      "newer_document",
      `${name} has version ${found}, this ttasks reads ${DOCUMENT_VERSION}: update ttasks`,
    );
  try {
    if (!VERSIONS.includes(found)) throw expected("version", `one of ${VERSIONS.join(", ")}`, found);
    return read(fields);
  } catch (error) {
    if (error instanceof StoreError) throw error;
    throw new StoreError("bad_document", `${name} is damaged: ${toError(error).message}`, { cause: error });
  }
}
