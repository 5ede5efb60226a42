import { AlarmHeap, type HeapEntry } from './alarm-heap.ts';
import type { Machine, Timer } from './machine.ts';
import type { Turns } from './turns.ts';

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * All alarms of a host. They share one timer, so that ten thousand clients cost one. Most alarms are put off long before
 * they ring, as heartbeats are: that is only noted, and found out when the earlier moment has come.
 *
 * Thousands may ring at once. So whoever is rung for asks for a turn, if there is more to do than that; the first turns
 * are taken when all have rung.
 */
export class Alarms {
  readonly #machine: Machine;
  readonly #turns: Turns;
  readonly #heap = new AlarmHeap<Alarm>();
  readonly #ring = (): void => this.#ringDue();
  #timer: Timer | undefined;
  #timerMs = Number.POSITIVE_INFINITY;

  constructor(machine: Machine, turns: Turns) {
    this.#machine = machine;
    this.#turns = turns;
  }

  alarm(ring: () => void): Alarm {
    return new Alarm(this, ring);
  }

  /** Has an alarm looked at when it is due. */
  put(alarm: Alarm): void {
    this.#heap.put(alarm);
    this.#startTimer();
  }

  remove(alarm: Alarm): void {
    this.#heap.remove(alarm);
    if (this.#heap.first !== undefined) return; // a timer that is too early does no harm
    this.#stopTimer(); // but one for nothing would keep the process alive
    this.#timerMs = Number.POSITIVE_INFINITY;
  }

  /** Sets the timer to the first alarm, unless it rings before that anyway. */
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
    this.#timerMs = Number.POSITIVE_INFINITY;
    const nowMs = this.#machine.monotonicMs();
    // All that is due is taken out first: what is set anew meanwhile has its turn later.
    const due: Alarm[] = [];
    for (
      let first = this.#heap.first;
      first !== undefined && first.dueMs <= nowMs;
      first = this.#heap.first
    ) {
      this.#heap.remove(first);
      due.push(first);
    }
    for (const alarm of due) alarm.come(nowMs);
    this.#turns.run();
    this.#startTimer();
  }
}

/** An alarm, set again and again: calls `ring` at a moment of the monotonic clock, never before it. */
export class Alarm implements HeapEntry {
  /** When the shared timer looks at this alarm. */
  dueMs = 0;
  heapIndex: number | undefined;
  #atMs: number = Number.POSITIVE_INFINITY;
  readonly #alarms: Alarms;
  readonly #ring: () => void;

  constructor(alarms: Alarms, ring: () => void) {
    this.#alarms = alarms;
    this.#ring = ring;
  }

  /** Rings at `atMs`, or soon if that is past; an earlier setting is forgotten. Infinity is never. */
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

  /** The moment at which it was to be looked at has come. */
  come(nowMs: number): void {
    const atMs = this.#atMs;
    if (atMs > nowMs) return this.set(atMs);
    this.#atMs = Number.POSITIVE_INFINITY;
    this.#ring();
  }
}
