import type { Instant } from '../../src/measure/instant.ts';
import { Draws } from '../../src/stream/program/splitmix64.ts';

interface Event {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

const SOON_MS = 0.01;
const START_WALL_MS = Date.parse('2026-06-01T00:00:00Z');

/** Time that passes only from event to event, and chance that comes from a seed: a run is repeated exactly. */
export class VirtualTime {
  /** A binary heap, the earliest event first; events of one moment in the order in which they were asked for. */
  readonly #events: Event[] = [];
  readonly #draws: Draws;
  #order = 0;
  #nowMs = 0;
  #wallStepMs = 0;

  constructor(seed: number) {
    this.#draws = new Draws(BigInt(seed));
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  get now(): Instant {
    return { monotonicMs: this.#nowMs, wallMs: START_WALL_MS + this.#nowMs + this.#wallStepMs };
  }

  /** The wall clock is set forward or back; no duration may change by it. */
  stepWallClock(ms: number): void {
    this.#wallStepMs += ms;
  }

  /** A number in [0, 1). */
  random(): number {
    return this.#draws.nextUint32() / 2 ** 32;
  }

  /** A number in [low, high). */
  between(low: number, high: number): number {
    return low + this.random() * (high - low);
  }

  /** An integer from low to high. */
  integer(low: number, high: number): number {
    return low + this.#draws.below(high - low + 1);
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.#draws.below(choices.length)] ?? choices[0];
  }

  after(delayMs: number, run: () => void): void {
    this.#push({ atMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, run });
  }

  /** Lets time pass until nothing is left to happen, or `done` says so, or the limit is reached. */
  runUntil(done: () => boolean, limitMs: number): void {
    while (!done()) {
      const next = this.#pop();
      if (next === undefined || next.atMs > limitMs) return;
      this.#nowMs = next.atMs;
      next.run();
    }
  }

  #push(event: Event): void {
    const heap = this.#events;
    let index = heap.push(event) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (isBefore(heap[parent], event)) break;
      heap[index] = heap[parent] ?? event;
      index = parent;
    }
    heap[index] = event;
  }

  #pop(): Event | undefined {
    const heap = this.#events;
    const [first] = heap;
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const child = isBefore(heap[left + 1], heap[left] ?? last) ? left + 1 : left;
      const candidate = heap[child];
      if (candidate === undefined || !isBefore(candidate, last)) break;
      heap[index] = candidate;
      index = child;
    }
    heap[index] = last;
    return first;
  }
}

/** One alarm, set again and again. While an earlier ring is still to come, that ring sets it anew. */
export class VirtualAlarm {
  readonly #time: VirtualTime;
  readonly #ring: () => void;
  #atMs = Number.POSITIVE_INFINITY;
  #pendingMs = Number.POSITIVE_INFINITY;

  constructor(time: VirtualTime, ring: () => void) {
    this.#time = time;
    this.#ring = ring;
  }

  /** Rings at this moment, or very soon if it is past; Infinity is never. */
  set(atMs: number): void {
    this.#atMs = Math.max(atMs, this.#time.nowMs + SOON_MS);
    if (this.#atMs < this.#pendingMs) this.#wait(this.#atMs);
  }

  #wait(atMs: number): void {
    this.#pendingMs = atMs;
    this.#time.after(atMs - this.#time.nowMs, () => {
      if (this.#pendingMs !== atMs) return; // an earlier one was set since
      this.#pendingMs = Number.POSITIVE_INFINITY;
      if (this.#time.nowMs >= this.#atMs) this.#ring();
      else if (this.#atMs !== Number.POSITIVE_INFINITY) this.#wait(this.#atMs);
    });
  }
}

function isBefore(a: Event | undefined, b: Event): boolean {
  return a !== undefined && (a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order));
}
