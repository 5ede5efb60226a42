/**
 * A moment, read from both clocks at once. Durations come from the monotonic clock alone; the wall clock only dates
 * things, and may step.
 */
export interface Instant {
  /** Milliseconds since 1970-01-01T00:00:00Z, by the system's clock. */
  readonly wallMs: number;
  /** Milliseconds since some fixed moment; never steps back. */
  readonly monotonicMs: number;
}
