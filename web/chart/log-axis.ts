/** Domains and ticks of axes, above all logarithmic ones, for data that may be one value or span nine decades. */

/** Around the values, with some air, and never so narrow that noise would look like a trend. */
export function logDomain(
  values: readonly number[],
  leastFactor: number,
  air = 1.2,
): readonly [number, number] {
  const positive = values.filter((value) => value > 0 && Number.isFinite(value));
  if (positive.length === 0) return [1, leastFactor];
  const low = Math.min(...positive) / air;
  const high = Math.max(...positive) * air;
  const lacking = Math.sqrt(Math.max(leastFactor / (high / low), 1));
  return [low / lacking, high * lacking];
}

/** Within a decade, from coarse to fine. */
const STEPS = [[1], [1, 3], [1, 2, 5]];
/** In a domain narrower than this, equal steps are easier to read. */
const NARROW_FACTOR = 6;

/** The coarsest round numbers of which at least `least` lie in the domain; powers of ten are thinned to at most `most`. */
export function logTicks([low, high]: readonly [number, number], least = 3, most = 7): readonly number[] {
  if (high / low < NARROW_FACTOR) return evenTicks([low, high]);
  for (const steps of STEPS) {
    const ticks = decades(low, high).flatMap((power) => steps.map((step) => round(step * 10 ** power)));
    const inside = ticks.filter((tick) => tick >= low && tick <= high);
    if (inside.length >= least) return thinned(inside, most);
  }
  return evenTicks([low, high]);
}

/** Multiples of 1, 2 or 5 times a power of ten, `count` of them or a few less. */
export function evenTicks([low, high]: readonly [number, number], count = 5): readonly number[] {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5].find((one) => one * power >= rough) ?? 10) * power;
  const first = Math.ceil(low / step);
  const last = Math.floor(high / step);
  return Array.from({ length: Math.max(last - first + 1, 0) }, (_, i) => round((first + i) * step));
}

/** The measured values themselves as ticks, without those that lie closer than `leastPx` to the one before. */
export function measuredTicks(
  values: readonly number[],
  [low, high]: readonly [number, number],
  widthPx: number,
  leastPx = 26,
): readonly number[] {
  const place = (value: number) => (Math.log(value / low) / Math.log(high / low)) * widthPx;
  const kept: number[] = [];
  for (const value of [...values].sort((a, b) => b - a)) {
    const last = kept.at(-1);
    if (last === undefined || place(last) - place(value) >= leastPx) kept.push(value);
  }
  return kept.reverse();
}

function decades(low: number, high: number): readonly number[] {
  const first = Math.floor(Math.log10(low));
  return Array.from({ length: Math.ceil(Math.log10(high)) - first + 1 }, (_, i) => first + i);
}

function thinned(ticks: readonly number[], most: number): readonly number[] {
  const every = Math.ceil(ticks.length / most);
  return ticks.filter((_, i) => i % every === 0);
}

/** Without the last bits that 3 * 10 ** -5 leaves. */
function round(value: number): number {
  return Number(value.toPrecision(6));
}
