/** A figure with as many digits as it is worth: three, and thousands set apart. */
export function formatNumber(value: number, digits?: number): string {
  if (!Number.isFinite(value)) return "-";
  const size = Math.abs(value);
  const shown = digits ?? (size >= 100 ? 0 : size >= 10 ? 1 : 2);
  return value.toLocaleString("en-US", { minimumFractionDigits: shown, maximumFractionDigits: shown });
}
