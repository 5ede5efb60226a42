import { WallClock } from '../../host/wall-clock.ts';

const wall = new WallClock();

/** The wall clock of this machine, in milliseconds since 1970, at a finer resolution than `Date.now()` has. */
export function wallMs(): number {
  return wall.read(Date.now(), performance.now());
}

/** Reads the wall clock until it ticks, which takes at most a millisecond; from then on `wallMs` is right to microseconds. */
export function settleWallClock(): void {
  const firstMs = Date.now();
  while (Date.now() === firstMs) wallMs();
  wallMs();
}

/** Time since the start of a bench. It looks at the wall clock once: who sets that later changes no figure. */
export class BenchClock {
  readonly #originMs: number;

  /** @param startedMs start of the bench by this machine's wall clock, in milliseconds since 1970 */
  constructor(startedMs: number) {
    this.#originMs = startedMs - (wallMs() - performance.now());
  }

  /** In milliseconds. */
  now(): number {
    return performance.now() - this.#originMs;
  }
}
