/** What is counted of a block whose receipt was checked. */
export interface CheckedBlock {
  /** Whether an outage cut it, so that its time means nothing. */
  readonly interrupted: boolean;
  /** By its client's clock, in milliseconds. */
  readonly elapsed_ms: number;
}

/** Counts what is sent and what is reported. It is told at every write, so it must be quick. */
export interface Tally {
  /**
   * Counts one write to a connection.
   *
   * @param lateMs how late its first message was; undefined if it had no due time
   */
  wrote(messages: number, bytes: number, lateMs: number | undefined): void;
  /** Counts a receipt that was checked. */
  checked(verified: boolean, block: CheckedBlock): void;
}
