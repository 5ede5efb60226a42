/** What is this much less than usual is as good as nothing. */
const USUAL_TO_FLOOR = 100;
/** A line with fewer points than this share of the one with most has no say. */
const LEAST_SHARE = 0.1;

/** A line of zeros, where there is nothing else. */
const LEAST = 0.001;

/**
 * Below what a logarithmic axis would show a few outliers at the cost of all others, and where it shows 0, which it has not: a power of
 * ten, about a hundredth of the lowest median of a line that is not 0; null if nothing lies below it.
 */
export function readableFloor(lines: readonly (readonly number[])[]): number | null {
  const most = lines.reduce((longest, { length }) => Math.max(longest, length), 0);
  const medians = lines
    .filter(({ length }) => length > 0 && length >= most * LEAST_SHARE)
    .map((values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0)
    .filter((median) => median > 0);
  const least = Math.min(...medians);
  const floor =
    least === Number.POSITIVE_INFINITY ? LEAST : 10 ** Math.floor(Math.log10(least / USUAL_TO_FLOOR));
  return lines.some((values) => values.some((value) => value < floor)) ? floor : null;
}
