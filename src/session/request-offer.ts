import { CONSTANT, profileText } from '../delivery/profile.ts';
import { rateOnWire } from '../delivery/rate.ts';
import type { OwnParameter } from './stream-request.ts';

/** A parameter of a request that does not belong to the stream's name, as somebody is told who wants to know what there is. */
export interface OfferedParameter {
  readonly name: OwnParameter;
  /** What it may be, in words. */
  readonly values: string;
  /** What it is if it is not given; null if that is made up by the server, or nothing. */
  readonly default: string | null;
}

/** @param ratePerSecond the rate of who asks for none */
export function requestOffer(ratePerSecond: number): OfferedParameter[] {
  const offered: Readonly<Record<OwnParameter, Omit<OfferedParameter, 'name'>>> = {
    from: { values: 'the first seq; live, or live:SEQ', default: '0' },
    rate: {
      values: 'messages a second such as 10, 0.2, 5k or 1/10s; max',
      default: String(rateOnWire(ratePerSecond)),
    },
    profile: {
      values: 'constant, jitter, jitter:F, burst:N, ramp:A-B/PERIOD or sine:F/PERIOD',
      default: profileText(CONSTANT),
    },
    count: { values: 'how many messages; without it there is no end', default: null },
    client: { values: 'a name, of 1 to 64 letters, digits or ._@-', default: null },
    token: {
      values: '8 to 128 letters, digits, _ or -: whoever brings it may take over the name',
      default: null,
    },
  };
  return Object.entries(offered).map(([name, offer]) => ({ name: name as OwnParameter, ...offer }));
}
