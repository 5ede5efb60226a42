/** What a key had when it was read, which may be a while ago: a follower that lags behind may have answered. */
export interface Entry {
  /** 0 if the key was never written. It grows with every write to the store, of whatever key: one order of all that happened. */
  readonly revision: number;
  /** Undefined if the key was never written, or was removed. */
  readonly value: string | undefined;
}

/** No answer came in time: what was asked for has happened, or will, or never does. */
export type Unanswered = 'unanswered';

/** The revision of a write. It is in conflict if the key has another revision than the one it was to have: then nothing is written. */
export type Written = number | 'conflict' | Unanswered;

/**
 * Keys and values that all members share, which change by compare-and-set alone. Every promise resolves within a bound, and none
 * rejects.
 */
export interface Store {
  get(key: string): Promise<Entry | Unanswered>;
  /** Writes a value. @param revision what the key must have now: 0 if it was never written */
  update(key: string, value: string, revision: number): Promise<Written>;
  /** Takes the value away. @param revision what the key must have now */
  remove(key: string, revision: number): Promise<Written>;
  /** All keys with a value that begin so. */
  list(prefix: string): Promise<ReadonlyMap<string, Entry> | Unanswered>;
}
