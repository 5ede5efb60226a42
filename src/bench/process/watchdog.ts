/** What an agent tells its processes once a second, while its bench is there. */
export interface Beat {
  readonly type: 'beat';
}

const EVERY_MS = 1000;

/**
 * Ends a process that nobody has told anything for too long, though who started it is still there: it may be stopped, and what
 * its clients ask for would be asked for on and on. Counted in turns of this process, so that a pause of its own does not count.
 */
export class Watchdog {
  #silentTurns = 0;

  /** @param most turns, of a second each */
  constructor(most: number, end: () => void) {
    setInterval(() => {
      if (++this.#silentTurns > most) end();
    }, EVERY_MS).unref();
  }

  heard(): void {
    this.#silentTurns = 0;
  }
}
