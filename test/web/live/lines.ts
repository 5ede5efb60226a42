import type { Presence } from '../../../src/server/clients/presence.ts';
import type { LiveOpening, LiveSecond, StreamMoment } from '../../../src/server/live/live-line.ts';

/** Lines of `/live`, as a server sends them. */

export const START_MS: number = Date.UTC(2026, 0, 1, 12);

export function presence(rest: Partial<Presence> = {}): Presence {
  return {
    ...{ name: 'alice', stream: 'users?seed=1', carriage: 'websocket', from: 0, cursor: 0, rate: 10 },
    ...{ blocks: 0, verified: 0, mismatched: 0, lag_ms: 0, last_block_ms: null, late_ms: null },
    ...{ address: null, since: new Date(START_MS).toISOString() },
    ...rest,
  };
}

export function streamMoment(rest: Partial<StreamMoment> = {}): StreamMoment {
  return {
    ...{ stream: 'users?seed=1', clients: 1, messages: 10, bytes: 3000, blocks: 2, mismatched: 0 },
    block_ms: { median: 400, p99: 410 },
    ...rest,
  };
}

/** @param number of seconds since `START_MS` */
export function second(number: number, rest: Partial<LiveSecond> = {}): LiveSecond {
  return {
    ...{
      type: 'second',
      verified: 2,
      mismatched: 0,
      at_ms: START_MS + number * 1000,
      interval_ms: 1000,
      clients: 1,
    },
    ...{ streams: [streamMoment()], roster: [], left: [], feed: [], feed_omitted: 0, marks: [] },
    ...rest,
  };
}

export function opening(rest: Partial<LiveOpening> = {}): LiveOpening {
  return {
    ...{ type: 'opening', version: '1.0.0', started: new Date(START_MS).toISOString(), chaos: null },
    ...{ dismisses: false, verified: 0, mismatched: 0, seconds: [], marks: [], feed: [], left: [] },
    ...rest,
  };
}
