import { expect, it } from "vitest";
import { formatDuration } from "../src/format-duration.ts";

it.each([
  [undefined, "–"],
  [0, "0 ms"],
  [999.4, "999 ms"],
  [999.6, "1.0 s"],
  [4_249, "4.2 s"],
  [59_949, "59.9 s"],
  [59_951, "1 min 00 s"],
  [125_000, "2 min 05 s"],
])("a duration of %s ms reads %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});
