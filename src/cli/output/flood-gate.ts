/**
 * Lets through as many lines a second as a person at a terminal can take in, and counts the others. Time is passed in.
 */
export class FloodGate {
  readonly #linesPerSecond: number;
  #second = Number.NEGATIVE_INFINITY;
  #lines = 0;
  #heldBack = 0;

  constructor(linesPerSecond: number) {
    this.#linesPerSecond = linesPerSecond;
  }

  /**
   * Whether a line may be shown now; if not, it is counted.
   *
   * @param readerKeepsUp whether the reader has taken the lines before
   */
  admits(nowMs: number, readerKeepsUp = true): boolean {
    const second = Math.floor(nowMs / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#lines = 0;
    }
    this.#lines++;
    if (readerKeepsUp && this.#lines <= this.#linesPerSecond) return true;
    this.#heldBack++;
    return false;
  }

  /** How many lines were held back since the last call. */
  takeHeldBack(): number {
    const heldBack = this.#heldBack;
    this.#heldBack = 0;
    return heldBack;
  }
}
