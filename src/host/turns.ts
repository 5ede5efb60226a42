import { LIMITS } from '../session/limits.ts';
import { AlarmHeap, type HeapEntry } from './alarm-heap.ts';
import type { Machine } from './machine.ts';

/** The two shares by which a client may be sent what it asked for. */
export type Sending = 'sending' | 'sendingBesideReceipts';
/** The kinds of work that share the budget. */
type Work = Sending | 'due' | 'turn' | 'verifying' | 'decoding' | 'reading';

/**
 * The budget of the event loop: how much of each kind of work may be done at a stretch. A job does one or two kinds, and asks for
 * another turn if there is more to do.
 */
export const BUDGET: {
  readonly [W in Work]: W extends Sending | 'due' ? Share & { readonly bytes: number } : Share;
} = {
  /** All jobs of one turn of the event loop together. */
  turn: { ms: 2 },
  /** Sending one client what is due, ahead of all other work. A client that needs more bytes than this waits for a turn. */
  due: { ms: 0.5, bytes: 65_536 },
  /** Sending one client what it asked for. */
  sending: { ms: 2, bytes: LIMITS.turnBytes },
  /**
   * The same while its receipts wait to be verified. Receipts come first: if they fell behind the sending, their messages would
   * leave the cache and have to be generated again, which takes longer still.
   */
  sendingBesideReceipts: { ms: 2, bytes: 65_536 },
  /** Verifying one client's receipts. */
  verifying: { ms: 2 },
  /**
   * Decoding what one client sent. With less, next to full turns of sending, a fast client's receipts would wait until their
   * messages have left the cache.
   */
  decoding: { ms: 0.5 },
  /** Reading from servers, as a client: all connections together. */
  reading: { ms: 2 },
};

interface Share {
  readonly ms: number;
}

/** Selects the share of the budget for sending. */
export function sendingShare(receiptsWait: boolean): Sending {
  return receiptsWait ? 'sendingBesideReceipts' : 'sending';
}

/** The head start of a taker that was idle over those that are always busy: about one job. */
const CREDIT_MS = 2;

/** @returns whether there is more to do */
type Job = () => boolean;

/** The virtual time of fair queueing: the start tag of the job that ran last. */
class VirtualClock {
  #nowMs = 0;
  #lastEndMs = 0;

  /** The start tag for a job whose predecessor ended at `endMs`; NaN means that there was none. Idleness earns a little credit. */
  startOf(endMs: number): number {
    return Number.isNaN(endMs) ? this.#nowMs : Math.max(endMs, this.#nowMs - CREDIT_MS);
  }

  /** Advances the clock by a job that ran. @returns its end */
  ran(startMs: number, tookMs: number): number {
    const endMs = startMs + tookMs;
    this.#nowMs = Math.max(this.#nowMs, startMs);
    this.#lastEndMs = Math.max(this.#lastEndMs, endMs);
    return endMs;
  }

  /** Nobody waits: past use is forgiven, and takers known before come ahead of new ones. */
  rest(): void {
    this.#nowMs = Math.max(this.#nowMs, this.#lastEndMs + CREDIT_MS);
  }
}

/** A party, usually one connection, that has jobs run. Time is shared fairly among addresses, and among the takers of each. */
export class TurnTaker implements HeapEntry {
  readonly address: TurnAddress;
  /** The start tag of its next job, on the virtual clock of its address. */
  dueMs: number = Number.NaN;
  heapIndex: number | undefined;
  jobs: Set<Job> | undefined;
  /** Whether all that was due at its last turn fitted the share of `due`. */
  #keepsUp = true;

  constructor(address: TurnAddress) {
    this.address = address;
  }

  get keepsUp(): boolean {
    return this.#keepsUp;
  }

  /** Records what a turn sent, and whether it was already behind when that turn began. */
  sent(bytes: number, behind: boolean): void {
    this.#keepsUp = !behind && bytes <= BUDGET.due.bytes;
  }
}

/** All takers of one address. */
export class TurnAddress implements HeapEntry {
  /** The start tag of its next job, on the virtual clock of the scheduler. */
  dueMs: number = Number.NaN;
  heapIndex: number | undefined;
  readonly clock: VirtualClock = new VirtualClock();
  readonly waiting: AlarmHeap<TurnTaker> = new AlarmHeap();
}

/**
 * The scheduler of the event loop. However much work the connections bring, the process gets back to timers and sockets after
 * about 2 ms.
 *
 * What is due is sent first, while alarms ring. The rest of the turn, at least one job, is shared by start-time fair queueing
 * (P. Goyal, H. M. Vin, H. Cheng, "Start-time Fair Queuing", SIGCOMM 1996), first among addresses, then among the takers of each.
 * A job's start tag is the virtual time now, or where the taker's previous job ended if that is later; the job with the lowest
 * tag runs next. So whoever asks for little is served at once, and those that ask for more than their share wait for each other.
 */
export class Turns {
  readonly #machine: Pick<Machine, 'monotonicMs' | 'soon'>;
  readonly #addresses = new AlarmHeap<TurnAddress>();
  /** Stands for callers that name no taker. */
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

  /** Runs the job soon, and again as long as it returns true. A job that already waits is not added twice. */
  add(job: Job, taker: TurnTaker = this.#anybody): void {
    this.#ask(job, taker);
    this.#schedule();
  }

  remove(job: Job, taker: TurnTaker = this.#anybody): void {
    if (taker.jobs?.delete(job) && taker.jobs.size === 0) this.#settle(taker);
  }

  /**
   * Runs one turn, at least one job.
   *
   * @param startMs when the turn began, if part of it was spent on what was due. @default now
   */
  run(startMs: number = this.#machine.monotonicMs()): void {
    let nowMs = startMs;
    for (let { first } = this.#addresses; first !== undefined; first = this.#addresses.first) {
      nowMs = this.#runAsked(first, nowMs);
      if (nowMs - startMs > BUDGET.turn.ms) break;
    }
    if (this.#addresses.size > 0) this.#schedule();
  }

  /** The time until which work of this kind may go on, if it begins now. */
  until(work: Work): number {
    return this.#machine.monotonicMs() + BUDGET[work].ms;
  }

  /** Whether the time that `until` returned has passed. */
  over(untilMs: number): boolean {
    return this.#machine.monotonicMs() > untilMs;
  }

  /**
   * Whether the process has read enough for this turn of the event loop. Node reads up to 32 times from one socket before it
   * looks at anything else; with small blocks that can be a second of work, during which no timer runs and no other connection is
   * read. The first call of a turn starts the clock.
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

  /** @returns when it ended */
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
    if (more) taker.jobs = (taker.jobs ?? new Set()).add(job); // goes to the end of the queue
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

  /** Moves a taker and its address to where they now belong in their heaps, or removes them. */
  #settle(taker: TurnTaker): void {
    const { address } = taker;
    if (taker.jobs !== undefined && taker.jobs.size > 0) {
      address.waiting.put(taker);
    } else {
      taker.jobs = undefined; // ten thousand idle takers should not hold a Set each
      address.waiting.remove(taker);
    }
    if (address.waiting.size === 0) address.clock.rest();
    if (address.waiting.size > 0) this.#addresses.put(address);
    else this.#addresses.remove(address);
    if (this.#addresses.size === 0) this.#clock.rest();
  }
}
