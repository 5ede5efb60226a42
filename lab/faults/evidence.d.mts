export interface Latencies {
  readonly p50: number;
  readonly p99: number;
}

export interface TimedBlock {
  readonly client: string;
  readonly block: number;
  readonly latency_ms: number | null;
  readonly clock_error_ms: number | null;
}

export function earlyFaults(run: { readonly timed: readonly TimedBlock[] }, leastMs: number): string[];

export function latencyFaults(
  before: Latencies,
  after: Latencies,
  path: { readonly leastMs: number; readonly mostMs: number; readonly short?: boolean },
): string[];

export function sliceFaults(measured: {
  readonly bytesARead: number;
  readonly whole: number;
  readonly fastest: number;
}): string[];

export function quantile(values: readonly number[], q: number): number;

export function kilobytes(bytesPerSecond: number): number;
