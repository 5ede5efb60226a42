/** What a client does unless told otherwise. */
export const CLIENT_DEFAULTS = {
  url: 'ws://127.0.0.1:8000/users',
  /** Messages a block. */
  block: 5,
  /** Ping interval. */
  heartbeatMs: 15_000,
} as const;
