import type { Cell, Quantity } from '../run/analysis.ts';

/** A number of a cell that thresholds and comparisons name, as in `p99_block_ms`; undefined for a name that is none. */
export interface Metric {
  /** Without its unit, as in `p99_block`. */
  readonly name: string;
  readonly unit: 'ms' | '';
  /** Whether more of it is worse. */
  readonly lowerIsBetter: boolean;
  /** null where the cell does not have it. */
  of(cell: Cell): number | null;
}

const STATISTICS = ['p50', 'p90', 'p99', 'max', 'mean'] as const;
const QUANTITIES: readonly { readonly name: string; readonly of: (cell: Cell) => Quantity | null }[] = [
  { name: 'block', of: ({ interval_ms }) => interval_ms },
  { name: 'elapsed', of: ({ elapsed_ms }) => elapsed_ms },
  { name: 'latency', of: ({ latency_ms }) => latency_ms },
  { name: 'latency_from_send', of: ({ latency_from_send_ms }) => latency_from_send_ms },
];

/** Every metric, by its name without a unit. */
export const METRICS: ReadonlyMap<string, Metric> = new Map(
  [
    ...QUANTITIES.flatMap(({ name, of }) =>
      STATISTICS.map(
        (statistic): Metric => ({
          name: `${statistic}_${name}`,
          unit: 'ms',
          lowerIsBetter: true,
          of: (cell) => of(cell)?.[statistic] ?? null,
        }),
      ),
    ),
    {
      name: 'msgs_per_s',
      unit: '',
      lowerIsBetter: false,
      of: ({ msgs_per_s }) => msgs_per_s,
    } satisfies Metric,
    {
      name: 'fairness',
      unit: '',
      lowerIsBetter: false,
      of: ({ fairness }) => fairness.jain,
    } satisfies Metric,
    { name: 'resumes', unit: '', lowerIsBetter: true, of: ({ resumes }) => resumes } satisfies Metric,
  ].map((metric) => [metric.name, metric]),
);

/** The metric of a name with or without its unit. */
export function metricOf(name: string): Metric | undefined {
  return METRICS.get(name) ?? METRICS.get(name.replace(/_ms$/, ''));
}

/** What a mistaken name could have been. */
export function metricNames(): string {
  return [...METRICS.values()].map(({ name, unit }) => (unit === 'ms' ? `${name}_ms` : name)).join(', ');
}
