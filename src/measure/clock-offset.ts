/**
 * How far another clock is ahead of ours, from exchanges of four time stamps, as in NTP (RFC 5905, section 8): t1 we
 * ask, t2 they are asked, t3 they answer, t4 we have the answer; t1 and t4 on our clock, t2 and t3 on theirs.
 *
 * No message arrives before it was sent, whatever the ways there and back take. So each exchange bounds the offset to
 * t3 - t4 … t2 - t1, and what all exchanges allow is bounded by the tightest of both ends (Marzullo, 1984). The
 * offset is the middle, and half the width is the bound of its error: no assumption on the path is in it.
 */
export class ClockOffset {
  readonly #exchanges: Exchange[] = [];

  /** Takes an exchange. The oldest are forgotten, so that clocks which drift apart don't contradict them. */
  add(exchange: Exchange): void {
    this.#exchanges.push(exchange);
    if (this.#exchanges.length > MOST_EXCHANGES) this.#exchanges.shift();
    // A clock was set, or drifted beyond what was known: only the newest still holds.
    if (this.#width < 0) this.#exchanges.splice(0, this.#exchanges.length - 1);
  }

  /** Exchanges that are known. */
  get count(): number {
    return this.#exchanges.length;
  }

  /** Their clock - ours, in milliseconds; undefined before the first exchange. */
  get offsetMs(): number | undefined {
    return this.count === 0 ? undefined : (this.#lowest + this.#highest) / 2;
  }

  /** The offset is right to plus or minus this, in milliseconds. */
  get errorMs(): number | undefined {
    return this.count === 0 ? undefined : this.#width / 2;
  }

  get #lowest(): number {
    return Math.max(...this.#exchanges.map(({ t3Ms, t4Ms }) => t3Ms - t4Ms));
  }

  get #highest(): number {
    return Math.min(...this.#exchanges.map(({ t1Ms, t2Ms }) => t2Ms - t1Ms));
  }

  get #width(): number {
    return this.#highest - this.#lowest;
  }
}

/** One question and its answer, in milliseconds. */
export interface Exchange {
  readonly t1Ms: number;
  readonly t2Ms: number;
  readonly t3Ms: number;
  readonly t4Ms: number;
}

/** With one a second, a minute: quartz clocks drift by less than 6 ms in it. */
const MOST_EXCHANGES = 60;
