import type { ConnectionTiming } from './connection-timing.ts';

/** What a run asks of who measures how late its blocks arrive. */
export type Timing = Pick<
  ConnectionTiming,
  'begin' | 'end' | 'wakeMs' | 'ask' | 'answer' | 'arrived' | 'verified' | 'mismatch'
>;

/** Nobody wants to know. */
export const UNTIMED: Timing = {
  wakeMs: Number.POSITIVE_INFINITY,
  begin: () => undefined,
  end: () => {},
  ask: () => [],
  answer: () => {},
  arrived: () => {},
  verified: () => [],
  mismatch: () => {},
};
