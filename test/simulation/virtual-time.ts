import type { Machine, Timer } from '../../src/host/machine.ts';
import type { Instant } from '../../src/measure/instant.ts';
import { Draws } from '../../src/stream/program/splitmix64.ts';

interface Event {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** What a turn of an event loop that has nothing else to do takes. */
const SOON_MS = 0.01;
/** A process that does not come to rest is found by it. */
const MOST_EVENTS = 1_000_000;
/** So many promises, each behind the one before, are kept within the moment in which the first is, unless it is told. */
const PROMISES = 8;
const START_WALL_MS = Date.parse('2026-06-01T00:00:00Z');

/** Time that passes only from event to event, and chance that comes from a seed: a run is repeated exactly. */
export class VirtualTime {
  /** A binary heap, the earliest event first; events of one moment in the order in which they were asked for. */
  readonly #events: Event[] = [];
  readonly #draws: Draws;
  readonly #promises: number;
  #order = 0;
  #nowMs = 0;
  #wallStepMs = 0;
  #readingMs = 0;

  constructor(seed: number, promises: number = PROMISES) {
    this.#draws = new Draws(BigInt(seed));
    this.#promises = promises;
  }

  /** From now on some time passes whenever a process looks at the clock, as if it worked in between. */
  takeTime(readingMs: number): void {
    this.#readingMs = readingMs;
  }

  readClock(): number {
    this.#nowMs += this.#readingMs;
    return this.#nowMs;
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
    this.at(this.#nowMs + delayMs, run);
  }

  /** At a moment: what is to happen at the same one happens in order, which a sum of rounded delays would not keep. */
  at(atMs: number, run: () => void): void {
    this.#push({ atMs: Math.max(this.#nowMs, atMs), order: this.#order++, run });
  }

  /** Lets time pass until nothing is left to happen, or `done` says so, or the limit is reached. */
  async runUntil(done: () => boolean, limitMs: number): Promise<void> {
    for (let events = 0; events < MOST_EVENTS && !done(); events++) {
      if ((this.#events[0]?.atMs ?? Number.POSITIVE_INFINITY) > limitMs) return; // it stays for the next call
      const next = this.#pop();
      if (next === undefined) return;
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      try {
        next.run();
      } catch (error) {
        if (!(error instanceof Killed)) throw error;
      }
      for (let left = this.#promises; left > 0; left--) await undefined;
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

/** What runs where a process was killed: nothing behind it. */
export class Killed extends Error {}

/** What one process has of the time: nothing calls it back once it is halted. */
export class VirtualMachine implements Machine {
  readonly #time: VirtualTime;
  #halted = false;

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  monotonicMs(): number {
    return this.#time.readClock();
  }

  dateMs(): number {
    return Math.floor(this.#time.now.wallMs);
  }

  soon(callback: () => void): void {
    this.startTimer(SOON_MS, callback);
  }

  startTimer(afterMs: number, callback: () => void): Timer {
    const timer = { stopped: false };
    this.#time.after(afterMs, () => {
      if (!timer.stopped && !this.#halted) callback();
    });
    return timer;
  }

  stopTimer(timer: Timer): void {
    (timer as { stopped: boolean }).stopped = true;
  }

  /** As kill -9. */
  halt(): void {
    this.#halted = true;
  }
}

function isBefore(a: Event | undefined, b: Event): boolean {
  return a !== undefined && (a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order));
}
