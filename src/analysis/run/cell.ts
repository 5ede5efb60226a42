import type { SampleRecord } from '../../run-file/record/run-record.ts';
import { isRefused } from '../estimate/estimate.ts';
import { meanInterval } from '../estimate/mean-interval.ts';
import { quantileIntervals } from '../estimate/quantile-interval.ts';
import { EmpiricalDistribution } from '../statistics/empirical-distribution.ts';
import { fairness } from '../statistics/fairness.ts';
import { mean } from '../statistics/summary.ts';
import { cellAgents } from './agents.ts';
import type { Cell, QuantilePoint, Quantity, ToolHealth } from './analysis.ts';
import type { CellData } from './cell-data.ts';

/**
 * The probabilities at which the curve of block times is drawn: each hundredth, and the tail, with the blocks that each
 * needs.
 */
const HUNDREDTHS = Array.from({ length: 100 }, (_, index) => index / 100);
const TAIL = [
  [0.995, 200],
  [0.999, 1000],
  [0.9995, 2000],
  [0.9999, 10_000],
] as const;

/** The numbers of a cell, over all its repeats. */
export function cellOf(data: CellData): Cell {
  const { block, clients, stream, rate, measurements } = data;
  const records = measurements.map(({ cell }) => cell);
  const sum = (of: (cell: (typeof records)[number]) => number) =>
    records.reduce((total, cell) => total + of(cell), 0);
  const throughput = meanInterval(records.map(({ msgs_per_s }) => Float64Array.of(msgs_per_s)));
  const interval = data.distributions('interval');
  const clockErrors = records.flatMap(({ clock_error_ms }) => clock_error_ms ?? []);
  return {
    block,
    clients,
    stream,
    rate,
    repeats: records.length,
    valid: records.every(({ valid }) => valid),
    reasons: [
      ...new Set(records.flatMap(({ repeat, reasons }) => reasons.map((why) => `repeat ${repeat}: ${why}`))),
    ],
    proved: records.every(({ proved }) => proved),
    provable: records.every(({ provable }) => provable),
    blocks: sum(({ measured_blocks }) => measured_blocks),
    messages: sum(({ measured_messages }) => measured_messages),
    elapsed_ms: quantityOf(data.distributions('elapsed')),
    interval_ms: quantityOf(interval),
    latency_ms: quantityOf(data.distributions('latency')),
    latency_from_send_ms: quantityOf(data.distributions('latency_from_send')),
    clock_error_ms: clockErrors.length === 0 ? null : Math.max(...clockErrors),
    msgs_per_s: mean(records.map(({ msgs_per_s }) => msgs_per_s)),
    msgs_per_s_low: isRefused(throughput) ? null : throughput.low,
    msgs_per_s_high: isRefused(throughput) ? null : throughput.high,
    bytes_per_s: mean(records.map(({ bytes_per_s }) => bytes_per_s)),
    fairness: fairnessOf(data),
    resumes: sum(({ resumes }) => resumes),
    tool: toolHealth(measurements.flatMap(({ samples }) => samples)),
    agents: cellAgents(measurements),
    interval_quantiles: quantilePoints(interval),
  };
}

/** Beyond 99 % only quantiles with at least one block beyond them. */
function quantilePoints(repeats: readonly EmpiricalDistribution[]): QuantilePoint[] {
  const blocks = repeats.reduce((sum, { count }) => sum + count, 0);
  if (blocks === 0) return [];
  const tail = TAIL.filter(([, needed]) => blocks >= needed).map(([probability]) => probability);
  const probabilities = [...HUNDREDTHS, ...tail, 1];
  const values = EmpiricalDistribution.quantiles(repeats, probabilities);
  return probabilities.map((probability, index) => ({ probability, ms: values[index] ?? 0 }));
}

/** null if none was measured. */
function quantityOf(repeats: readonly EmpiricalDistribution[]): Quantity | null {
  if (repeats.length === 0) return null;
  const [p50 = 0, p90 = 0, p99 = 0, max = 0] = EmpiricalDistribution.quantiles(repeats, [0.5, 0.9, 0.99, 1]);
  const means = repeats.map((repeat) => repeat.mean);
  const only = repeats.length === 1 ? repeats[0]?.values : undefined;
  const sample = only === undefined ? means.map((value) => Float64Array.of(value)) : [only];
  const estimate = meanInterval(sample);
  const centre = mean(means);
  // Of a single repeat the mean is that of all blocks, which may differ a little from that of the sample.
  const [low, high] = isRefused(estimate)
    ? [centre, centre]
    : [estimate.low + centre - estimate.value, estimate.high + centre - estimate.value];
  const ci_basis = only === undefined ? 'repeats' : 'blocks';
  return { p50, p90, p99, max, mean: centre, ...p99Interval(repeats), ci_low: low, ci_high: high, ci_basis };
}

/** From the blocks that were kept one by one. */
function p99Interval(repeats: readonly EmpiricalDistribution[]): Pick<Quantity, 'p99_low' | 'p99_high'> {
  const [p99] = quantileIntervals(
    repeats.map(({ values }) => values),
    [0.99],
  );
  if (p99 === undefined || isRefused(p99)) return { p99_low: null, p99_high: null };
  return { p99_low: p99.low, p99_high: Number.isFinite(p99.high) ? p99.high : null };
}

/** The mean over the repeats: a client that was slow in one may have been fast in another. */
function fairnessOf({ measurements }: CellData): Cell['fairness'] {
  const repeats = measurements.flatMap(({ cell }) => fairness(cell.client_msgs_per_s) ?? []);
  return {
    jain: repeats.length === 0 ? 1 : mean(repeats.map(({ index }) => index)),
    min_msgs_per_s: repeats.length === 0 ? 0 : mean(repeats.map(({ min }) => min)),
    max_msgs_per_s: repeats.length === 0 ? 0 : mean(repeats.map(({ max }) => max)),
  };
}

function toolHealth(samples: readonly SampleRecord[]): ToolHealth {
  const worst = (role: SampleRecord['role'], of: (sample: SampleRecord) => number) => {
    const values = samples.filter((sample) => sample.role === role).map(of);
    return values.length === 0 ? null : values.reduce((most, value) => Math.max(most, value), 0);
  };
  return {
    server_cpu_percent: worst('server', ({ cpu_percent }) => cpu_percent),
    client_cpu_percent: worst('client', ({ cpu_percent }) => cpu_percent),
    server_loop_lag_ms: worst('server', ({ loop_lag_p99_ms }) => loop_lag_p99_ms),
    client_loop_lag_ms: worst('client', ({ loop_lag_p99_ms }) => loop_lag_p99_ms),
    server_rss_bytes: worst('server', ({ rss_bytes }) => rss_bytes),
  };
}
