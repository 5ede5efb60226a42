/** The bounds of a run, so that whoever reads its file can take it in. */
export const RUN_LIMITS = {
  /** Block sizes, numbers of clients, streams, rates. */
  listed: 1000,
  clients: 10_000,
  repeats: 1000,
} as const;
