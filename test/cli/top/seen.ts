import type { SeenClient, SeenOpening, SeenSecond } from '../../../src/cli/top/live-schema.ts';
import type { StreamMoment } from '../../../src/server/live/live-line.ts';

/** Lines of a server as they are seen, of a server that began at 0. */

export function client(name: string, rest: Partial<SeenClient> = {}): SeenClient {
  return {
    ...{ name, stream: 'users?seed=7', carriage: 'websocket', from: 0, cursor: 0, rate: 10 },
    ...{ blocks: 0, verified: 0, mismatched: 0, lag_ms: 0, last_block_ms: null, late_ms: null },
    ...{ address: null, since: new Date(0).toISOString(), ...rest },
  };
}

export function stream(rest: Partial<StreamMoment> = {}): StreamMoment {
  return {
    ...{ stream: 'users?seed=7', clients: 1, messages: 10, bytes: 3000, blocks: 2, mismatched: 0 },
    ...{ block_ms: { median: 400, p99: 800 }, ...rest },
  };
}

export function second(
  atSeconds: number,
  roster: readonly SeenClient[],
  rest: Partial<SeenSecond> = {},
): SeenSecond {
  return {
    ...{ type: 'second', at_ms: atSeconds * 1000, interval_ms: 1000, clients: roster.length },
    ...{ streams: [stream()], roster, marks: [], ...rest },
  };
}

export function opening(rest: Partial<SeenOpening> = {}): SeenOpening {
  return {
    ...{ type: 'opening', version: '0.1.0', started: new Date(0).toISOString(), chaos: null },
    ...{ seconds: [], marks: [], ...rest },
  };
}
