/**
 * Whether harm that was done on purpose was told. A message that is harmed may get lost on its way, with its connection, and come
 * again unharmed: so harm counts as arrived only with the next block of the same connection.
 */
export class HarmTally {
  #done = 0;
  #onItsWay = 0;
  #arrived = 0;
  #wrongBlocks = 0;

  /** A message was harmed. */
  did(): void {
    this.#done++;
    this.#onItsWay++;
  }

  /** The client has a block. */
  block(): void {
    this.#arrived += this.#onItsWay;
    this.#onItsWay = 0;
  }

  /** The connection broke. */
  broke(): void {
    this.#onItsWay = 0;
  }

  /** A block of the client was found wrong. */
  foundWrong(): void {
    this.#wrongBlocks++;
  }

  /** How many blocks were found wrong. */
  get wrongBlocks(): number {
    return this.#wrongBlocks;
  }

  /**
   * `caught`: what was harmed was told. `missed`: nothing was, though it must have been. `false alarm`: something was, and nothing
   * had been harmed. `none`: nothing was harmed yet, or it has not arrived.
   */
  get outcome(): 'caught' | 'missed' | 'false alarm' | 'none' {
    if (this.#wrongBlocks > 0) return this.#done > 0 ? 'caught' : 'false alarm';
    return this.#arrived > 0 ? 'missed' : 'none';
  }
}
