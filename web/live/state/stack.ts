import type { TimedValue } from './history.ts';

/** A value that stands on others. */
export interface StackedValue extends TimedValue {
  /** Where it begins. */
  readonly low: number;
}

/** Puts lines upon each other, the first at the bottom. `totals` is what they are together. */
export function stacked(lines: readonly (readonly TimedValue[])[]): {
  readonly layers: readonly (readonly StackedValue[])[];
  readonly totals: readonly TimedValue[];
} {
  const tops = new Map<number, number>();
  const layers = lines.map((values) =>
    values.map(({ at_ms, value }) => {
      const low = tops.get(at_ms) ?? 0;
      if (!Number.isNaN(value)) tops.set(at_ms, low + value);
      return { at_ms, low, value: low + value };
    }),
  );
  const totals = [...tops].map(([at_ms, value]) => ({ at_ms, value })).sort((a, b) => a.at_ms - b.at_ms);
  return { layers, totals };
}
