import type { Instant } from '../measure/instant.ts';
import { AlarmHeap, type HeapEntry } from './alarm-heap.ts';
import type { Machine, Timer } from './machine.ts';
import { BUDGET, type Turns } from './turns.ts';

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** How many alarms ring between two looks at the clock. */
const RINGS_A_LOOK = 4;

/** An alarm that is set, during a pass, for a time already past rings this much after the pass's time: in the next one. */
const NEXT_PASS_MS = 0.001;

/**
 * All alarms of a host. They share one timer, so that ten thousand clients cost one, and all that are due ring in one pass, which
 * reads the clocks once. Most alarms, such as heartbeats, are postponed long before they ring: the heap keeps the earlier moment,
 * and only then is the alarm moved.
 *
 * Thousands may ring at once. So a callback does only what is short and urgent, and asks for a turn for the rest; and a pass
 * yields to the event loop after about 2 ms, then continues.
 */
export class Alarms {
  readonly #machine: Machine;
  readonly #turns: Turns;
  readonly #now: () => Instant;
  readonly #heap = new AlarmHeap<Alarm>();
  readonly #ring = (): void => this.#ringDue();
  #timer: Timer | undefined;
  #timerMs = Number.POSITIVE_INFINITY;
  /** The time of the current pass. */
  #passMs = Number.NEGATIVE_INFINITY;

  constructor(machine: Machine, turns: Turns, now: () => Instant) {
    this.#machine = machine;
    this.#turns = turns;
    this.#now = now;
  }

  alarm(ring: (now: Instant) => void): Alarm {
    return new Alarm(this, ring);
  }

  /** Queues an alarm for when it is due, but never within the current pass. */
  put(alarm: Alarm): void {
    if (alarm.dueMs <= this.#passMs) alarm.dueMs = this.#passMs + NEXT_PASS_MS;
    this.#heap.put(alarm);
    if (alarm.dueMs < this.#timerMs) this.#startTimer();
  }

  remove(alarm: Alarm): void {
    this.#heap.remove(alarm);
    if (this.#heap.first !== undefined) return; // a timer that fires early does no harm
    this.#stopTimer(); // but one without alarms would keep the process alive
    this.#timerMs = Number.POSITIVE_INFINITY;
  }

  /** Sets the timer for the first alarm, unless it fires earlier anyway. */
  #startTimer(): void {
    const { first } = this.#heap;
    if (first === undefined || this.#timerMs <= first.dueMs) return;
    this.#stopTimer();
    this.#timerMs = first.dueMs;
    const waitMs = Math.max(0, Math.ceil(first.dueMs - this.#machine.monotonicMs()));
    this.#timer = this.#machine.startTimer(Math.min(waitMs, LONGEST_TIMER_MS), this.#ring);
  }

  #stopTimer(): void {
    if (this.#timer !== undefined) this.#machine.stopTimer(this.#timer);
    this.#timer = undefined;
  }

  #ringDue(): void {
    this.#timer = undefined;
    this.#timerMs = Number.NEGATIVE_INFINITY; // so that `put` starts no timer during the pass
    const now = this.#now();
    this.#passMs = now.monotonicMs;
    const whole = this.#ringUntil(now, now.monotonicMs + BUDGET.turn.ms);
    this.#passMs = Number.NEGATIVE_INFINITY;
    this.#turns.run(now.monotonicMs);
    if (!whole) return this.#machine.soon(this.#ring);
    this.#timerMs = Number.POSITIVE_INFINITY;
    this.#startTimer();
  }

  /** @returns whether all alarms that are due have rung */
  #ringUntil(now: Instant, untilMs: number): boolean {
    let rung = 0;
    for (let { first } = this.#heap; first !== undefined; first = this.#heap.first) {
      if (first.dueMs > now.monotonicMs) break;
      if (++rung % RINGS_A_LOOK === 0 && this.#machine.monotonicMs() > untilMs) return false;
      this.#heap.remove(first);
      first.come(now);
    }
    return true;
  }
}

/** A reusable alarm: calls `ring` at a moment of the monotonic clock, never earlier. */
export class Alarm implements HeapEntry {
  /** When the alarm is looked at: when it rings, or earlier if it was postponed. */
  dueMs = 0;
  heapIndex: number | undefined;
  #atMs: number = Number.POSITIVE_INFINITY;
  readonly #alarms: Alarms;
  readonly #ring: (now: Instant) => void;

  constructor(alarms: Alarms, ring: (now: Instant) => void) {
    this.#alarms = alarms;
    this.#ring = ring;
  }

  /** Rings at `atMs`, or soon if that is past, instead of at the time set before. Infinity means never. */
  set(atMs: number): void {
    this.#atMs = atMs;
    if (atMs === Number.POSITIVE_INFINITY) return this.#alarms.remove(this);
    if (this.heapIndex !== undefined && this.dueMs <= atMs) return;
    this.dueMs = atMs;
    this.#alarms.put(this);
  }

  clear(): void {
    this.set(Number.POSITIVE_INFINITY);
  }

  /** `dueMs` has come: rings, or moves to the later time that it was set to. */
  come(now: Instant): void {
    const atMs = this.#atMs;
    if (atMs > now.monotonicMs) return this.set(atMs);
    this.#atMs = Number.POSITIVE_INFINITY;
    this.#ring(now);
  }
}
