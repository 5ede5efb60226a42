import { badParameter } from '../stream/stream-error.ts';
import { parseDuration } from '../wording/duration.ts';
import { MAXIMUM_PER_SECOND } from './rate.ts';

/** How messages are spread over time; due-times.ts says when each is due. */
export type Profile =
  | { readonly kind: 'constant' }
  /** Each message is delayed by a random part of the interval, at most `share` of it. */
  | { readonly kind: 'jitter'; readonly share: number }
  /** Messages come in groups of this size. */
  | { readonly kind: 'burst'; readonly size: number }
  /** The rate goes from one to the other, and stays there. */
  | {
      readonly kind: 'ramp';
      readonly fromPerSecond: number;
      readonly toPerSecond: number;
      readonly periodSeconds: number;
    }
  /** The interval swings by `share` of itself, up and down. */
  | { readonly kind: 'sine'; readonly share: number; readonly periodSeconds: number };

export const CONSTANT: Profile = { kind: 'constant' };

const LARGEST_BURST = 1_000_000;
/** Smaller numbers would be written with an exponent, which no parameter takes. */
const SMALLEST_NUMBER = 0.000_001;
/** With the largest rate this keeps a period below 2^49 messages, where due times still are in order. */
const LONGEST_SECONDS = 10_000 * 3600;
const SHORTEST_SECONDS = 0.001;

/**
 * A profile from `constant`, `jitter`, `jitter:0.5`, `burst:100`, `ramp:10-1000/60s` or `sine:0.5/60s`.
 *
 * @throws StreamError `bad_parameter`
 */
export function parseProfile(text: string): Profile {
  const [kind, values] = text.split(/:(.*)/s);
  if (kind === 'constant' && values === undefined) return CONSTANT;
  if (kind === 'jitter') return parseJitter(text, values ?? '1');
  if (kind === 'burst') return parseBurst(text, values ?? '');
  if (kind === 'ramp') return parseRamp(text, values ?? '');
  if (kind === 'sine') return parseSine(text, values ?? '');
  throw badParameter(
    'profile',
    'constant, jitter, jitter:F, burst:N, ramp:A-B/PERIOD or sine:F/PERIOD',
    text,
  );
}

/** The canonical form: omitted parts filled in, rates per second, periods in seconds. */
export function profileText(profile: Profile): string {
  switch (profile.kind) {
    case 'constant':
      return 'constant';
    case 'jitter':
      return `jitter:${profile.share}`;
    case 'burst':
      return `burst:${profile.size}`;
    case 'ramp':
      return `ramp:${profile.fromPerSecond}-${profile.toPerSecond}/${profile.periodSeconds}s`;
    case 'sine':
      return `sine:${profile.share}/${profile.periodSeconds}s`;
  }
}

function parseJitter(text: string, values: string): Profile {
  const share = parseShare(values);
  if (share === undefined) {
    throw badParameter('profile', 'jitter or jitter:F with F from 0.000001 to 1', text);
  }
  return { kind: 'jitter', share };
}

function parseBurst(text: string, values: string): Profile {
  const size = /^[1-9]\d{0,6}$/.test(values) ? Number(values) : 0;
  if (size < 1 || size > LARGEST_BURST) {
    throw badParameter('profile', `burst:N with N messages from 1 to ${LARGEST_BURST}`, text);
  }
  return { kind: 'burst', size };
}

function parseRamp(text: string, values: string): Profile {
  const [, from, to, period] = /^([^-/]+)-([^-/]+)\/(.+)$/s.exec(values) ?? [];
  const fromPerSecond = parseAmount(from);
  const toPerSecond = parseAmount(to);
  const periodSeconds = parsePeriod(period);
  if (fromPerSecond === undefined || toPerSecond === undefined || periodSeconds === undefined) {
    throw badParameter(
      'profile',
      'ramp:A-B/PERIOD as in ramp:10-1k/60s (rates to 10000k, 1ms to 10000h)',
      text,
    );
  }
  return { kind: 'ramp', fromPerSecond, toPerSecond, periodSeconds };
}

function parseSine(text: string, values: string): Profile {
  const [, amount, period] = /^([^/]+)\/(.+)$/s.exec(values) ?? [];
  const share = parseShare(amount);
  const periodSeconds = parsePeriod(period);
  if (share === undefined || periodSeconds === undefined) {
    throw badParameter('profile', 'sine:F/PERIOD as in sine:0.5/60s (F to 1, 1ms to 10000h)', text);
  }
  return { kind: 'sine', share, periodSeconds };
}

function parseShare(text = ''): number | undefined {
  const share = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : 0;
  return share >= SMALLEST_NUMBER && share <= 1 ? share : undefined;
}

/** Messages a second: `10`, `0.5`, `1k`. */
function parseAmount(text = ''): number | undefined {
  const [, amount, kilo] = /^(\d+(?:\.\d+)?)(k?)$/.exec(text) ?? [];
  const perSecond = Number(amount) * (kilo ? 1000 : 1);
  return perSecond >= SMALLEST_NUMBER && perSecond <= MAXIMUM_PER_SECOND ? perSecond : undefined;
}

function parsePeriod(text = ''): number | undefined {
  const seconds = parseDuration(text)?.seconds ?? 0;
  return seconds >= SHORTEST_SECONDS && seconds <= LONGEST_SECONDS ? seconds : undefined;
}
