/**
 * Lets through as many lines a second as a person at a terminal can take in, and counts the rest. Time is passed in.
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
   * Whether a line may be shown now. If not, it is counted.
   *
   * @param readerKeepsUp whether what was shown before has been taken
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

  /** How many lines were held back since this was last asked. */
  takeHeldBack(): number {
    const heldBack = this.#heldBack;
    this.#heldBack = 0;
    return heldBack;
  }
}
