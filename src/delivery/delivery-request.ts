import { LAST_SEQ } from '../stream/stream.ts';
import { badParameter } from '../stream/stream-error.ts';
import { type Profile, parseProfile } from './profile.ts';
import { parseRate } from './rate.ts';

/** Which messages of a stream, and when. */
export interface DeliveryRequest {
  /** The first seq; undefined is the one that is due now on the live schedule. */
  readonly from: number | undefined;
  /** Whether messages are due by the live schedule, or counted from the start of the delivery. */
  readonly live: boolean;
  /** Messages a second; Infinity for `max`; for a ramp, its final rate. */
  readonly ratePerSecond: number;
  readonly profile: Profile;
  /** How many messages; undefined for no end. */
  readonly count: number | undefined;
}

/** The URL parameters of a delivery. */
export const DELIVERY_PARAMETERS = ['from', 'rate', 'profile', 'count'] as const;
type DeliveryParameter = (typeof DELIVERY_PARAMETERS)[number];

/** Their values, where given. */
interface DeliveryParameters {
  get(name: DeliveryParameter): string | undefined;
}

/** With fewer, a sine could not be told from a constant rate. */
const LEAST_MESSAGES_A_SINE = 2;

/** @throws StreamError which names the parameter, what it may be and what came */
export function parseDelivery(parameters: DeliveryParameters, defaultPerSecond: number): DeliveryRequest {
  const { from, live } = parseFrom(parameters.get('from'));
  const pace = parsePace(parameters, live, defaultPerSecond);
  return { from, live, ...pace, count: parseCount(parameters.get('count'), from ?? 0) };
}

/** Parses `from`: a seq, `live`, or `live:SEQ`, which resumes at a seq and catches up with the live schedule. */
export function parseFrom(text: string | undefined): { from: number | undefined; live: boolean } {
  if (text === undefined) return { from: 0, live: false };
  if (text === 'live') return { from: undefined, live: true };
  const live = text.startsWith('live:');
  const digits = live ? text.slice('live:'.length) : text;
  if (!isSeq(digits)) throw badParameter('from', `a seq from 0 to ${LAST_SEQ}, live, or live:SEQ`, text);
  return { from: Number(digits), live };
}

/** The rate and the profile, which must suit each other and the live schedule. */
function parsePace(
  parameters: DeliveryParameters,
  live: boolean,
  defaultPerSecond: number,
): Pick<DeliveryRequest, 'ratePerSecond' | 'profile'> {
  const rate = parameters.get('rate');
  const profileAsked = parameters.get('profile') ?? 'constant';
  const profile = parseProfile(profileAsked);
  if (profile.kind === 'ramp') {
    if (rate !== undefined)
      throw badParameter('rate', 'left out with a ramp, which says its own rates', rate);
    if (live) {
      throw badParameter(
        'from',
        'a seq with a ramp, since the live schedule began in the past',
        parameters.get('from') ?? '',
      );
    }
    return { ratePerSecond: profile.toPerSecond, profile };
  }
  const ratePerSecond = rate === undefined ? defaultPerSecond : parseRate(rate);
  if (ratePerSecond === Number.POSITIVE_INFINITY) {
    if (live) throw badParameter('rate', 'a number with from=live', 'max');
    if (profile.kind !== 'constant') {
      throw badParameter('rate', `a number with profile=${profile.kind}`, 'max');
    }
  }
  if (profile.kind === 'sine' && ratePerSecond * profile.periodSeconds < LEAST_MESSAGES_A_SINE) {
    throw badParameter('profile', 'a sine with 2 messages or more a period at this rate', profileAsked);
  }
  return { ratePerSecond, profile };
}

export function parseCount(text: string | undefined, from: number): number | undefined {
  if (text === undefined) return undefined;
  const most = LAST_SEQ - from + 1;
  if (!isSeq(text) || Number(text) > most) {
    throw badParameter('count', `a number of messages from 0 to ${Math.min(most, LAST_SEQ)}`, text);
  }
  return Number(text);
}

function isSeq(text: string): boolean {
  return /^(0|[1-9]\d{0,15})$/.test(text) && Number(text) <= LAST_SEQ;
}
