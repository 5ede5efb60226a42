import { AlarmHeap, type HeapEntry } from './alarm-heap.ts';
import { fairTurns } from './fair-turns.ts';

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * An alarm, set again and again: calls `ring` at a moment of the monotonic clock, never before it.
 *
 * All alarms of the process share one timer, so that ten thousand clients cost one. Most alarms are put off long
 * before they ring, as heartbeats are: that is only noted, and found out when the earlier moment has come.
 *
 * Thousands may ring at once. So whoever is rung for asks for a turn, if there is more to do than that; the first turns
 * are taken when all have rung.
 */
export class Alarm implements HeapEntry {
  /** When the shared timer looks at this alarm. */
  dueMs = 0;
  heapIndex: number | undefined;
  #atMs: number = Number.POSITIVE_INFINITY;
  readonly #ring: () => void;

  constructor(ring: () => void) {
    this.#ring = ring;
  }

  /** Rings at `atMs`, or soon if that is past; an earlier setting is forgotten. Infinity is never. */
  set(atMs: number): void {
    this.#atMs = atMs;
    if (atMs === Number.POSITIVE_INFINITY) return remove(this);
    if (this.heapIndex !== undefined && this.dueMs <= atMs) return;
    this.dueMs = atMs;
    alarms.put(this);
    startTimer();
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

const alarms = new AlarmHeap<Alarm>();
let timer: NodeJS.Timeout | undefined;
let timerMs = Number.POSITIVE_INFINITY;

/** Sets the timer to the first alarm, unless it rings before that anyway. */
function startTimer(): void {
  const first = alarms.first;
  if (first === undefined || timerMs <= first.dueMs) return;
  clearTimeout(timer);
  timerMs = first.dueMs;
  const waitMs = Math.min(Math.max(0, Math.ceil(timerMs - performance.now())), LONGEST_TIMER_MS);
  timer = setTimeout(ring, waitMs);
}

function remove(alarm: Alarm): void {
  alarms.remove(alarm);
  if (alarms.first !== undefined) return; // a timer that is too early does no harm
  clearTimeout(timer); // but one for nothing would keep the process alive
  timerMs = Number.POSITIVE_INFINITY;
}

function ring(): void {
  timerMs = Number.POSITIVE_INFINITY;
  const nowMs = performance.now();
  // All that is due is taken out first: what is set anew meanwhile has its turn later.
  const due: Alarm[] = [];
  for (let first = alarms.first; first !== undefined && first.dueMs <= nowMs; first = alarms.first) {
    alarms.remove(first);
    due.push(first);
  }
  for (const alarm of due) alarm.come(nowMs);
  fairTurns.run();
  startTimer();
}
