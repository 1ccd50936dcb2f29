/** What was read of a body. */
export interface Body {
  readonly text: string;
  /** Whether there was more of it. */
  readonly truncated: boolean;
  /** What broke the body off. */
  readonly error?: unknown;
}

/**
 * Reads a body up to a limit, and passes on each piece as it comes. The pieces add up to the text, also where the limit cuts a
 * character in two: that one is left out of both.
 */
export async function readBody(response: Response, maxBytes: number, passOn: (piece: string) => void): Promise<Body> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let text = "";
  const add = (piece: string): void => {
    text += piece;
    if (piece !== "") passOn(piece);
  };
  let left = maxBytes;
  try {
    for await (const bytes of response.body ?? []) {
      add(decoder.decode(bytes.subarray(0, left), { stream: true }));
      // To leave the loop cancels the body: the rest is not fetched.
      if (bytes.length > left) return { text, truncated: true };
      left -= bytes.length;
    }
  } catch (error) {
    return { text, truncated: true, error };
  }
  add(decoder.decode());
  return { text, truncated: false };
}
