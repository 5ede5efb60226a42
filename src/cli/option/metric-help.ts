/** The metrics, for help texts; they are defined in src/analysis/condition/metric.ts. */
export const METRIC_HELP = `Metrics: p50, p90, p99, max and mean of block, elapsed, latency and
latency_from_send, as in p99_block (with or without _ms at the end); msgs_per_s,
fairness, resumes`;
