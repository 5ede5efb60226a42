import { LIMITS } from '../session/limits.ts';
import { AlarmHeap, type HeapEntry } from './alarm-heap.ts';
import type { Machine } from './machine.ts';

/** What one client is sent in its turn. */
export type Sending = 'sending' | 'sendingBesideReceipts';
/** A kind of work that has its part of the budget. */
type Work = Sending | 'due' | 'turn' | 'verifying' | 'decoding' | 'reading';

/**
 * The one budget of the event loop: how much may be done at a stretch of each kind of work. A job does one or two of
 * them, and asks for its next turn if there is more to do.
 */
export const BUDGET: {
  readonly [W in Work]: W extends Sending | 'due' ? Share & { readonly bytes: number } : Share;
} = {
  /** All jobs of one turn of the event loop together. */
  turn: { ms: 2 },
  /** To send one client what is due, before all others. Who needs more bytes, which take time to make, is not let in before them. */
  due: { ms: 0.5, bytes: 65_536 },
  /** To send one client what it asked for. */
  sending: { ms: 2, bytes: LIMITS.turnBytes },
  /**
   * The same while its receipts wait to be verified: they come first, or they would fall behind what is sent until their
   * messages have to be made once more, which takes longer still.
   */
  sendingBesideReceipts: { ms: 2, bytes: 65_536 },
  /** To verify one client's receipts. */
  verifying: { ms: 2 },
  /**
   * To decode what one client sent. Less would be too little beside the turn in which as much is sent as a turn takes: a
   * fast client's receipts would wait until the messages that they are of are forgotten.
   */
  decoding: { ms: 0.5 },
  /** To read from the servers that this process is a client of, all together. */
  reading: { ms: 2 },
};

interface Share {
  readonly ms: number;
}

/** What a client is sent in its turn. */
export function sendingShare(receiptsWait: boolean): Sending {
  return receiptsWait ? 'sendingBesideReceipts' : 'sending';
}

/** By how much somebody who had nothing to do for a while comes before those who always have: about one job. */
const CREDIT_MS = 2;

/** @returns whether there is more to do */
type Job = () => boolean;

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
  /** Whether few bytes were enough, at its last turn, to send all that was due. */
  #keepsUp = true;

  constructor(address: TurnAddress) {
    this.address = address;
  }

  get keepsUp(): boolean {
    return this.#keepsUp;
  }

  /** Notes what it was sent in a turn, and whether more was due when that began. */
  sent(bytes: number, behind: boolean): void {
    this.#keepsUp = !behind && bytes <= BUDGET.due.bytes;
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
 * What is due is sent while alarms ring, before all else. What that leaves of a turn, one job at the least, goes to those who
 * asked, by start-time fair queueing (P. Goyal, H. M. Vin, H. Cheng, "Start-time Fair Queuing", SIGCOMM 1996), by address, and by
 * taker within it: a job is marked with the virtual time at which it begins, which is where the one before it of the same taker
 * ended, or now; whatever begins first runs next. Who asks for little is so served at once, and those who ask for more than
 * their share wait for each other.
 */
export class Turns {
  readonly #machine: Pick<Machine, 'monotonicMs' | 'soon'>;
  readonly #addresses = new AlarmHeap<TurnAddress>();
  /** Whoever has not said who it is. */
  readonly #anybody = new TurnTaker(new TurnAddress());
  readonly #clock = new VirtualClock();
  #scheduled = false;
  #readUntilMs: number | undefined;
  readonly #cameRound = (): void => {
    this.#readUntilMs = undefined;
  };
  readonly #take = (): void => {
    this.#scheduled = false;
    this.run();
  };

  constructor(machine: Pick<Machine, 'monotonicMs' | 'soon'>) {
    this.#machine = machine;
  }

  /** Runs the job soon, and again while it gives true; what waits already is not added twice. */
  add(job: Job, taker: TurnTaker = this.#anybody): void {
    this.#ask(job, taker);
    this.#schedule();
  }

  remove(job: Job, taker: TurnTaker = this.#anybody): void {
    if (taker.jobs?.delete(job) && taker.jobs.size === 0) this.#settle(taker);
  }

  /**
   * Takes a turn, one job at the least.
   *
   * @param startMs when it began, with what was due. @default now
   */
  run(startMs: number = this.#machine.monotonicMs()): void {
    let nowMs = startMs;
    for (let { first } = this.#addresses; first !== undefined; first = this.#addresses.first) {
      nowMs = this.#runAsked(first, nowMs);
      if (nowMs - startMs > BUDGET.turn.ms) break;
    }
    if (this.#addresses.size > 0) this.#schedule();
  }

  /** The time until which work of a kind may go on that begins now. */
  until(work: Work): number {
    return this.#machine.monotonicMs() + BUDGET[work].ms;
  }

  /** Whether it is past the time that `until` gave. */
  over(untilMs: number): boolean {
    return this.#machine.monotonicMs() > untilMs;
  }

  /**
   * Whether the process has read enough at a stretch. Node reads up to 32 times from one socket before it looks at anything
   * else: of small blocks that can be a second of work, in which no timer runs and no other connection is read. The first
   * who asks begins the stretch; when the event loop has come round, a new one begins.
   */
  get readEnough(): boolean {
    if (this.#readUntilMs !== undefined) return this.over(this.#readUntilMs);
    this.#readUntilMs = this.until('reading');
    this.#machine.soon(this.#cameRound);
    return false;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#machine.soon(this.#take);
  }

  /** @returns the time when it had run */
  #runAsked(address: TurnAddress, startMs: number): number {
    const taker = address.waiting.first ?? this.#anybody;
    const [job] = taker.jobs ?? [];
    if (job === undefined) throw new Error('a taker waits that has nothing to do');
    taker.jobs?.delete(job);
    const more = job();
    const endMs = this.#machine.monotonicMs();
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
