/**
 * Decides whether a client's messages are shown one by one: for as long as a person can read that many. Time is passed
 * in.
 */
export class MessageWindow {
  readonly #mostPerSecond: number;
  #ratePerSecond: number | undefined;
  #second = Number.NEGATIVE_INFINITY;
  #came = 0;
  /** Whether too many came in this second, or in the one before it. */
  #tooMany = false;
  #mustTell = false;
  #told = false;

  constructor(mostPerSecond: number) {
    this.#mostPerSecond = mostPerSecond;
  }

  /** The rate that the server promises; undefined if none. */
  set ratePerSecond(rate: number | undefined) {
    this.#ratePerSecond = rate;
  }

  /** Whether messages that come now are shown. */
  shows(count: number, nowMs: number): boolean {
    const second = Math.floor(nowMs / 1000);
    if (second !== this.#second) {
      this.#tooMany = second - this.#second === 1 && this.#came > this.#mostPerSecond;
      this.#second = second;
      this.#came = 0;
    }
    this.#came += count;
    this.#tooMany ||= this.#came > this.#mostPerSecond;
    const shown = !this.#tooMany && (this.#ratePerSecond ?? 0) <= this.#mostPerSecond;
    this.#mustTell ||= !shown && !this.#told;
    return shown;
  }

  /** Whether to say, once, that messages are not shown. */
  takeNotice(): boolean {
    const must = this.#mustTell;
    this.#told ||= must;
    this.#mustTell = false;
    return must;
  }
}
