import { output } from '../stream/program/splitmix64.ts';
import type { Profile } from './profile.ts';

/**
 * When the messages of a profile are due, k = 0, 1, 2 …, in milliseconds from the start of the schedule. Each is a
 * closed form: no intervals are summed, so nothing drifts, and every server computes the same.
 */
export interface DueTimes {
  /** When message `k` is due. Never before its predecessor, in doubles as well as on paper. */
  dueMs(k: number): number;
  /** Roughly the last message that is due at a moment: where a search begins. */
  lastDue(elapsedMs: number): number;
}

/** @param perSecond messages a second; Infinity makes everything due at once; a ramp has rates of its own */
export function dueTimes(profile: Profile, perSecond: number): DueTimes {
  switch (profile.kind) {
    case 'constant':
      return new ConstantDueTimes(perSecond);
    case 'jitter':
      return new JitterDueTimes(perSecond, profile.share);
    case 'burst':
      return new BurstDueTimes(perSecond, profile.size);
    case 'ramp':
      return new RampDueTimes(profile.fromPerSecond, profile.toPerSecond, profile.periodSeconds);
    case 'sine':
      return new SineDueTimes(perSecond, profile.share, profile.periodSeconds);
  }
}

class ConstantDueTimes implements DueTimes {
  readonly #perSecond: number;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  dueMs(k: number): number {
    return (k * 1000) / this.#perSecond;
  }

  lastDue(elapsedMs: number): number {
    return (elapsedMs * this.#perSecond) / 1000;
  }
}

/** "tidemark" in ASCII: the key is the same for all, so that servers agree without talking. */
const JITTER_KEY = 0x746964656d61726bn;
const TWO_TO_52 = 4_503_599_627_370_496;

class JitterDueTimes implements DueTimes {
  readonly #perSecond: number;
  readonly #share: number;

  constructor(perSecond: number, share: number) {
    this.#perSecond = perSecond;
    this.#share = share;
  }

  dueMs(k: number): number {
    const random = Number(output(JITTER_KEY, BigInt(k)) >> 12n) / TWO_TO_52;
    return ((k + this.#share * random) * 1000) / this.#perSecond;
  }

  lastDue(elapsedMs: number): number {
    return (elapsedMs * this.#perSecond) / 1000 - this.#share / 2;
  }
}

class BurstDueTimes implements DueTimes {
  readonly #perSecond: number;
  readonly #size: number;

  constructor(perSecond: number, size: number) {
    this.#perSecond = perSecond;
    this.#size = size;
  }

  dueMs(k: number): number {
    return ((k - (k % this.#size)) * 1000) / this.#perSecond;
  }

  lastDue(elapsedMs: number): number {
    const bursts = Math.floor((elapsedMs * this.#perSecond) / 1000 / this.#size);
    return bursts * this.#size + this.#size - 1;
  }
}

class RampDueTimes implements DueTimes {
  readonly #fromPerSecond: number;
  readonly #toPerSecond: number;
  readonly #seconds: number;
  /** Messages sent while the rate changes. */
  readonly #messages: number;

  constructor(fromPerSecond: number, toPerSecond: number, seconds: number) {
    this.#fromPerSecond = fromPerSecond;
    this.#toPerSecond = toPerSecond;
    this.#seconds = seconds;
    this.#messages = ((fromPerSecond + toPerSecond) / 2) * seconds;
  }

  dueMs(k: number): number {
    if (k >= this.#messages) return (this.#seconds + (k - this.#messages) / this.#toPerSecond) * 1000;
    const square =
      this.#fromPerSecond * this.#fromPerSecond +
      (2 * (this.#toPerSecond - this.#fromPerSecond) * k) / this.#seconds;
    // Rounding must not take the rate below both ends, where the square may be no square.
    const lowest = Math.min(this.#fromPerSecond, this.#toPerSecond);
    const perSecond = Math.sqrt(Math.max(square, lowest * lowest));
    // The root of the quadratic in the form without a difference, so nothing cancels.
    return ((2 * k) / (this.#fromPerSecond + perSecond)) * 1000;
  }

  lastDue(elapsedMs: number): number {
    const t = Math.max(elapsedMs / 1000, 0);
    if (t >= this.#seconds) return this.#messages + (t - this.#seconds) * this.#toPerSecond;
    return (
      this.#fromPerSecond * t + ((this.#toPerSecond - this.#fromPerSecond) * t * t) / (2 * this.#seconds)
    );
  }
}

/** Kepler's equation comes close in so few steps; the search does the rest. */
const NEWTON_STEPS = 4;

/**
 * due(k) = (k + share · n / 2π · sin(2πk / n)) / rate, with n messages a period.
 *
 * With a share near 1, messages in the middle of a period come so close together that rounding would put some out of
 * order in the plain sum. There the same value is computed as a sum of terms that only rise.
 */
class SineDueTimes implements DueTimes {
  readonly #perSecond: number;
  readonly #share: number;
  /** Messages in a period; not always a whole number. */
  readonly #period: number;
  /** The amplitude of the sine, in messages. */
  readonly #swing: number;
  readonly #radians: number;

  constructor(perSecond: number, share: number, periodSeconds: number) {
    this.#perSecond = perSecond;
    this.#share = share;
    this.#period = perSecond * periodSeconds;
    this.#swing = (share * this.#period) / (2 * Math.PI);
    this.#radians = (2 * Math.PI) / this.#period;
  }

  dueMs(k: number): number {
    // The remainder is exact, so a large k loses nothing to the sine.
    const rest = k % this.#period;
    return ((k - rest + this.#within(rest)) * 1000) / this.#perSecond;
  }

  lastDue(elapsedMs: number): number {
    const x = Math.max((elapsedMs * this.#perSecond) / 1000, 0);
    const rest = x % this.#period;
    const middle = this.#period / 2;
    const angle = kepler(Math.abs(rest - middle) * this.#radians, this.#share);
    return x - rest + middle + (Math.sign(rest - middle) * angle) / this.#radians;
  }

  /** When a message is due, in messages from the start of its period. */
  #within(rest: number): number {
    const middle = this.#period / 2;
    const fromMiddle = rest - middle;
    if (Math.abs(fromMiddle) > this.#period / 4) return rest + this.#swing * Math.sin(rest * this.#radians);
    const even = (1 - this.#share) * fromMiddle;
    return middle + even + this.#swing * angleMinusSine(fromMiddle * this.#radians);
  }
}

/** x - sin(x) for |x| up to π/2, by its series: the difference would lose its digits near 0. */
function angleMinusSine(x: number): number {
  const square = x * x;
  let sum = 1;
  for (let power = 23; power > 3; power -= 2) sum = 1 - (square / (power * (power - 1))) * sum;
  return ((square * x) / 6) * sum;
}

/** Approximates the x in [0, π] with x - share · sin(x) = mean, by Newton's method from above. */
function kepler(mean: number, share: number): number {
  let x = Math.min(mean + share, Math.PI);
  for (let step = 0; step < NEWTON_STEPS; step++) {
    x -= (x - share * Math.sin(x) - mean) / (1 - share * Math.cos(x));
  }
  return x;
}
