/**
 * How far another clock is ahead of ours, from exchanges of four time stamps, as in NTP (RFC 5905, section 8): t1 we
 * ask, t2 they are asked, t3 they answer, t4 we have the answer; t1 and t4 on our clock, t2 and t3 on theirs.
 *
 * No message arrives before it was sent, whatever the ways there and back take. So each exchange bounds the offset to
 * t3 - t4 … t2 - t1. Clocks drift, so a bound gets wider with its age, by as much as quartz clocks drift apart at most.
 * What all exchanges allow is bounded by the tightest of both ends (Marzullo, 1984). The offset is the middle, and half
 * the width is the bound of its error: it assumes nothing of the path, and of the clocks only that drift.
 */
export class ClockOffset {
  readonly #exchanges: Exchange[] = [];

  /** Adds an exchange. The oldest are forgotten: their bounds have become too wide to help. */
  add(exchange: Exchange): void {
    this.#exchanges.push(exchange);
    if (this.#exchanges.length > MOST_EXCHANGES) this.#exchanges.shift();
    const { lowest, highest } = this.#bounds(exchange.t4Ms);
    // A clock was set: only the newest still holds.
    if (lowest > highest) this.#exchanges.splice(0, this.#exchanges.length - 1);
  }

  /** How many exchanges are remembered. */
  get count(): number {
    return this.#exchanges.length;
  }

  /** Their clock minus ours, at a moment of ours; undefined before the first exchange. */
  at(nowMs: number): Offset | undefined {
    if (this.count === 0) return undefined;
    const { lowest, highest } = this.#bounds(nowMs);
    return { offsetMs: (lowest + highest) / 2, errorMs: (highest - lowest) / 2 };
  }

  #bounds(nowMs: number): { readonly lowest: number; readonly highest: number } {
    let lowest = Number.NEGATIVE_INFINITY;
    let highest = Number.POSITIVE_INFINITY;
    for (const { t1Ms, t2Ms, t3Ms, t4Ms } of this.#exchanges) {
      // The messages were on their way between t1 and t4: from the farther of the two on, the clocks may have drifted.
      const driftMs = Math.max(Math.abs(nowMs - t1Ms), Math.abs(nowMs - t4Ms)) * MOST_DRIFT;
      lowest = Math.max(lowest, t3Ms - t4Ms - driftMs - ROUNDING_MS);
      highest = Math.min(highest, t2Ms - t1Ms + driftMs + ROUNDING_MS);
    }
    return { lowest, highest };
  }
}

export interface Offset {
  readonly offsetMs: number;
  /** The offset is accurate to plus or minus this. */
  readonly errorMs: number;
}

/** One question and its answer, in milliseconds. */
export interface Exchange {
  readonly t1Ms: number;
  readonly t2Ms: number;
  readonly t3Ms: number;
  readonly t4Ms: number;
}

/** A minute's worth, at one a second. */
const MOST_EXCHANGES = 60;
/** Time stamps are rounded to a microsecond, and each bound rests on two of them. */
const ROUNDING_MS = 0.001;
/** The most that two clocks drift apart: 100 ms in 1,000 s, as two quartz clocks of 50 ppm each. */
const MOST_DRIFT = 100e-6;
