/** What a bench does unless told otherwise. */
export const BENCH_DEFAULTS: {
  readonly blocks: readonly number[];
  readonly clients: readonly number[];
  readonly stream: string;
  readonly repeat: number;
  readonly durationMs: number;
  readonly omit: number;
  readonly seed: number;
  readonly sample: number;
  readonly agentsTimeoutMs: number;
} = {
  blocks: [1, 5, 20, 100, 500],
  clients: [1, 5, 20, 100],
  stream: 'users',
  repeat: 4,
  durationMs: 1000,
  omit: 2,
  seed: 1,
  sample: 500,
  agentsTimeoutMs: 30_000,
};
