/** The thrown value itself when it is an error, else an error that tells it; never throws, whatever was thrown. */
export function toError(thrown: unknown): Error {
  try {
    // A message that cannot be read must be found out here, not where it is used.
    return thrown instanceof Error && typeof thrown.message === "string"
      ? thrown
      : new Error(String(thrown), { cause: thrown });
  } catch {
    return new Error("A value without text was thrown", { cause: thrown });
  }
}
