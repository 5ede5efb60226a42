import { AlarmHeap, type HeapEntry } from './alarm-heap.ts';

/** How long jobs may hold the event loop at a stretch, all together. */
const TURN_MS = 2;
/** By how much somebody who had nothing to do for a while comes before those who always have: about one job. */
const CREDIT_MS = 2;

/** Where time comes from, and later turns of the event loop. */
export interface TurnHost {
  /** A monotonic clock in milliseconds. */
  now(): number;
  /** Calls back once timers and sockets have been looked at. */
  soon(callback: () => void): void;
}

const SYSTEM: TurnHost = { now: () => performance.now(), soon: (callback) => void setImmediate(callback) };

/**
 * @param due whether it runs before all others, and must be short
 * @returns whether there is more to do
 */
type Job = (due: boolean) => boolean;

/** The clock of those who share time: it shows the start of the job that ran last. */
class VirtualClock {
  #nowMs = 0;
  #lastEndMs = 0;

  /** Where the next job begins of somebody whose last one ended then; NaN if there was none. A pause earns a little credit. */
  startOf(endMs: number): number {
    return Number.isNaN(endMs) ? this.#nowMs : Math.max(endMs, this.#nowMs - CREDIT_MS);
  }

  /** @returns where a job ended that began then and took so long */
  ran(startMs: number, tookMs: number): number {
    const endMs = startMs + tookMs;
    this.#nowMs = Math.max(this.#nowMs, startMs);
    this.#lastEndMs = Math.max(this.#lastEndMs, endMs);
    return endMs;
  }

  /** Nobody has anything to do: what was used until now is forgiven, and who was there before comes before who comes anew. */
  rest(): void {
    this.#nowMs = Math.max(this.#nowMs, this.#lastEndMs + CREDIT_MS);
  }
}

/** Somebody who has jobs done: the time that they take is shared out among all of these, and among their addresses. */
export class TurnTaker implements HeapEntry {
  readonly address: TurnAddress;
  /** When its next job begins, on the virtual clock of its address. */
  dueMs: number = Number.NaN;
  heapIndex: number | undefined;
  jobs: Set<Job> | undefined;

  constructor(address: TurnAddress) {
    this.address = address;
  }
}

/** All takers that come from one place. */
export class TurnAddress implements HeapEntry {
  /** When the next job of its takers begins, on the virtual clock of the scheduler. */
  dueMs: number = Number.NaN;
  heapIndex: number | undefined;
  readonly clock: VirtualClock = new VirtualClock();
  readonly waiting: AlarmHeap<TurnTaker> = new AlarmHeap();
}

/**
 * Holds the one budget of the event loop: however many connections give the process work, it comes back to timers and
 * sockets after about 2 ms.
 *
 * Due jobs, which are short, come first, in their order. What is left of a turn, one job at the least, goes to all others by
 * start-time fair queueing (P. Goyal, H. M. Vin, H. Cheng, "Start-time Fair Queuing", SIGCOMM 1996), by address, and by taker
 * within it: a job is marked with the virtual time at which it begins, which is where the one before it of the same taker
 * ended, or now; whatever begins first runs next. Who asks for little is so served at once, and those who ask for more than
 * their share wait for each other.
 */
export class FairTurns {
  readonly #host: TurnHost;
  readonly #due = new Map<Job, TurnTaker>();
  readonly #addresses = new AlarmHeap<TurnAddress>();
  /** Whoever has not said who it is. */
  readonly #anybody = new TurnTaker(new TurnAddress());
  readonly #clock = new VirtualClock();
  #scheduled = false;

  constructor(host: TurnHost = SYSTEM) {
    this.#host = host;
  }

  /** Runs the job soon, and again while it gives true; what waits already is not added twice. */
  add(job: Job, taker: TurnTaker = this.#anybody): void {
    this.#ask(job, taker);
    this.#schedule();
  }

  /** Runs the job before all that is only asked for. If it gives true, the rest of it is asked for as any other. */
  addDue(job: Job, taker: TurnTaker = this.#anybody): void {
    this.#due.set(job, taker);
    this.#schedule();
  }

  remove(job: Job, taker: TurnTaker = this.#anybody): void {
    this.#due.delete(job);
    if (taker.jobs?.delete(job) && taker.jobs.size === 0) this.#settle(taker);
  }

  /** Takes a turn at once, for who has come to know that something is due. */
  run(): void {
    const startMs = this.#host.now();
    let nowMs = startMs;
    let asked = 0;
    for (;;) {
      const over = nowMs - startMs > TURN_MS;
      if (!over && this.#runDue()) nowMs = this.#host.now();
      else if ((!over || asked === 0) && this.#addresses.first !== undefined) {
        nowMs = this.#runAsked(this.#addresses.first, nowMs);
        asked++;
      } else break;
    }
    if (this.#due.size > 0 || this.#addresses.size > 0) this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#host.soon(() => {
      this.#scheduled = false;
      this.run();
    });
  }

  #runDue(): boolean {
    for (const [job, taker] of this.#due) {
      this.#due.delete(job);
      if (job(true)) this.#ask(job, taker);
      return true;
    }
    return false;
  }

  /** @returns the time when it had run */
  #runAsked(address: TurnAddress, startMs: number): number {
    const taker = address.waiting.first ?? this.#anybody;
    const [job] = taker.jobs ?? [];
    if (job === undefined) throw new Error('a taker waits that has nothing to do');
    taker.jobs?.delete(job);
    const more = job(false);
    const endMs = this.#host.now();
    const tookMs = endMs - startMs;
    address.dueMs = this.#clock.ran(address.dueMs, tookMs);
    taker.dueMs = address.clock.ran(taker.dueMs, tookMs);
    if (more) taker.jobs = (taker.jobs ?? new Set()).add(job); // behind its others
    this.#settle(taker);
    return endMs;
  }

  #ask(job: Job, taker: TurnTaker): void {
    const { address } = taker;
    taker.jobs ??= new Set();
    taker.jobs.add(job);
    if (taker.heapIndex === undefined) taker.dueMs = address.clock.startOf(taker.dueMs);
    if (address.heapIndex === undefined) address.dueMs = this.#clock.startOf(address.dueMs);
    this.#settle(taker);
  }

  /** Puts a taker, and its address, where they belong now. */
  #settle(taker: TurnTaker): void {
    const { address } = taker;
    if (taker.jobs !== undefined && taker.jobs.size > 0) {
      address.waiting.put(taker);
    } else {
      taker.jobs = undefined; // of ten thousand that are idle each would keep one
      address.waiting.remove(taker);
    }
    if (address.waiting.size === 0) address.clock.rest();
    if (address.waiting.size > 0) this.#addresses.put(address);
    else this.#addresses.remove(address);
    if (this.#addresses.size === 0) this.#clock.rest();
  }
}

/** What all connections of the process share. */
export const fairTurns: FairTurns = new FairTurns();
