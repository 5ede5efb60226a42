import type { Cell, Quantity } from '../run/analysis.ts';

/** A number of a cell that thresholds and comparisons can name, as in `p99_block_ms`. */
export interface Metric {
  /** Without its unit, as in `p99_block`. */
  readonly name: string;
  readonly unit: 'ms' | '';
  /** Whether more of it is worse. */
  readonly lowerIsBetter: boolean;
  /** null if the cell lacks it: it was not measured, or can't be resolved. */
  of(cell: Cell): number | null;
  /** Why a cell lacks it, as a predicate of "it". */
  lack(cell: Cell): string;
}

const STATISTICS = ['p50', 'p90', 'p99', 'max', 'mean'] as const;

interface QuantitySource {
  readonly name: string;
  readonly of: (cell: Cell) => Quantity | null;
  /** Why a figure can be 0 without being a time: messages of one read share a time stamp. */
  readonly zero?: string;
}

const QUANTITIES: readonly QuantitySource[] = [
  {
    name: 'block',
    of: ({ interval_ms }) => interval_ms,
    zero: 'in one read with the block before (mean_block_ms can be)',
  },
  {
    name: 'elapsed',
    of: ({ elapsed_ms }) => elapsed_ms,
    zero: 'whole in one read, or are of one message (mean_block_ms can be)',
  },
  { name: 'latency', of: ({ latency_ms }) => latency_ms },
  { name: 'latency_from_send', of: ({ latency_from_send_ms }) => latency_from_send_ms },
];

const NOT_MEASURED = 'was not measured';
const alwaysMeasured = () => NOT_MEASURED;

/** Every metric, by its name without a unit. */
export const METRICS: ReadonlyMap<string, Metric> = new Map(
  [
    ...QUANTITIES.flatMap(({ name, of, zero }) =>
      STATISTICS.map(
        (statistic): Metric => ({
          name: `${statistic}_${name}`,
          unit: 'ms',
          lowerIsBetter: true,
          of: (cell) => {
            const value = of(cell)?.[statistic] ?? null;
            return value === 0 && zero !== undefined ? null : value;
          },
          lack: (cell) =>
            of(cell) === null || zero === undefined
              ? NOT_MEASURED
              : `can't be told, since so many blocks came ${zero}`,
        }),
      ),
    ),
    {
      name: 'msgs_per_s',
      unit: '',
      lowerIsBetter: false,
      of: ({ msgs_per_s }) => msgs_per_s,
      lack: alwaysMeasured,
    } satisfies Metric,
    {
      name: 'fairness',
      unit: '',
      lowerIsBetter: false,
      of: ({ fairness }) => fairness.jain,
      lack: alwaysMeasured,
    } satisfies Metric,
    {
      name: 'resumes',
      unit: '',
      lowerIsBetter: true,
      of: ({ resumes }) => resumes,
      lack: alwaysMeasured,
    } satisfies Metric,
  ].map((metric) => [metric.name, metric]),
);

/** The metric of a name with or without its unit. */
export function metricOf(name: string): Metric | undefined {
  return METRICS.get(name) ?? METRICS.get(name.replace(/_ms$/, ''));
}

/** The names to choose from. */
export function metricNames(): string {
  return [...METRICS.values()].map(({ name, unit }) => (unit === 'ms' ? `${name}_ms` : name)).join(', ');
}
