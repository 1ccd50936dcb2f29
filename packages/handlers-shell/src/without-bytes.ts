/** The parts less as many bytes at their beginning. */
export function withoutBytes(parts: readonly Uint8Array[], count: number): Uint8Array[] {
  let left = count;
  return parts.map((part) => {
    const skipped = Math.min(left, part.length);
    left -= skipped;
    return part.subarray(skipped);
  });
}
