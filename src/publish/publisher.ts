import { Delivery } from '../delivery/delivery.ts';
import type { DeliveryRequest } from '../delivery/delivery-request.ts';
import type { Instant } from '../measure/instant.ts';
import { BackOff } from '../session/run/back-off.ts';
import type { SegmentSource } from '../stream/segment/segment-cache.ts';
import { SegmentCache } from '../stream/segment/segment-cache.ts';
import type { Stream } from '../stream/stream.ts';
import type { PublishEnd, PublishEvent } from './publish-event.ts';
import { type PublishTarget, TargetFault } from './target/publish-target.ts';

/** Segments that are kept: the one that is being published, and the next. */
const SEGMENT_BYTES = 1_048_576;
/** The most bytes that wait for their acknowledgement. */
const WINDOW_BYTES = 8_388_608;

/** What a publisher has of the world, besides its target. */
export interface PublishClock {
  now(): Instant;
  alarm(ring: () => void): { set(atMs: number): void };
  random(): number;
}

export interface PublishRequest extends Omit<DeliveryRequest, 'from' | 'live'> {
  readonly from: number;
  /** How long it goes on without an acknowledgement. */
  readonly giveUpMs: number;
}

/**
 * Puts a stream into a target, in order, with a bounded number of messages on their way. It keeps none: whatever happens to the target
 * or to the way to it, it asks what the target holds, and makes what is behind that again. So none is lost and, as far as a
 * target refuses what does not follow, none is there twice.
 */
export class Publisher {
  readonly #stream: Stream;
  readonly #request: PublishRequest;
  readonly #target: PublishTarget;
  readonly #clock: PublishClock;
  readonly #tell: (event: PublishEvent) => void;
  readonly #source: SegmentSource;
  readonly #backOff: BackOff;
  readonly #alarm: { set(atMs: number): void };
  /** Wakes whoever waits. */
  #wake: () => void = () => {};
  #stopped = false;
  #fault: TargetFault | undefined;
  #inFlight = 0;
  #inFlightBytes = 0;
  #sent = 0;
  #refused = 0;
  #opened = 0;
  /** What the target held when it was first reached, and what it is known to hold now. */
  #heldBefore: number | undefined;
  #next: number | undefined;
  #lastHeldMs = 0;

  constructor(
    stream: Stream,
    request: PublishRequest,
    target: PublishTarget,
    clock: PublishClock,
    tell: (event: PublishEvent) => void,
  ) {
    this.#stream = stream;
    this.#request = request;
    this.#target = target;
    this.#clock = clock;
    this.#tell = tell;
    this.#source = new SegmentCache(SEGMENT_BYTES).source(stream, 'payload');
    this.#backOff = new BackOff(() => clock.random());
    this.#alarm = clock.alarm(() => this.#wake());
  }

  /** How it stands: what `progress` tells. */
  get progress(): PublishEvent & { readonly event: 'progress' } {
    const next = this.#next ?? this.#request.from;
    return {
      event: 'progress',
      sent: this.#sent,
      acknowledged: this.#acknowledged,
      in_flight: this.#inFlight,
      next,
    };
  }

  /** Publishes until all is there, nothing more can be done, or it is stopped. */
  async run(): Promise<PublishEnd> {
    const begun = this.#clock.now().monotonicMs;
    this.#lastHeldMs = begun;
    while (!this.#stopped && !(await this.#once())) {
      const fault = this.#fault ?? new TargetFault('nothing came of it');
      const now = this.#clock.now().monotonicMs;
      if (fault.lasting || now - this.#lastHeldMs >= this.#request.giveUpMs) break;
      const waitMs = this.#backOff.nextMs();
      this.#tell({ event: 'interrupted', error: fault.message, retry_ms: Math.round(waitMs) });
      await this.#sleepUntil(now + waitMs, () => this.#stopped);
    }
    await this.#target.close();
    const end = this.#end(this.#clock.now().monotonicMs - begun);
    this.#tell(end);
    return end;
  }

  /** Sends nothing more, and waits for what is on its way. */
  stop(): void {
    this.#stopped = true;
    this.#wake();
  }

  /** Comes to the target, and publishes behind what it holds. @returns whether all is there */
  async #once(): Promise<boolean> {
    this.#fault = undefined;
    try {
      const from = await this.#open();
      await this.#publishFrom(from);
    } catch (error) {
      this.#fault ??= error instanceof TargetFault ? error : undefined;
      if (this.#fault === undefined) throw error;
    }
    if (this.#fault !== undefined) return false;
    return this.#endSeq !== undefined && (this.#next ?? this.#request.from) >= this.#endSeq;
  }

  async #open(): Promise<number> {
    const { from } = this.#request;
    const { next, holder } = await this.#target.open(this.#stream);
    if (next !== undefined && next < from) {
      const gap = `${holder} holds the stream up to seq ${next - 1}: from ${from} on there would be a gap`;
      throw new TargetFault(gap, { lasting: true });
    }
    if (this.#next !== undefined && (next ?? 0) < this.#next) {
      const lost = `${holder} held the stream up to seq ${this.#next - 1}, and now holds`;
      const error = `${lost} ${next === undefined ? 'nothing of it' : `it up to seq ${next - 1}`}`;
      // It acknowledged what it has lost: that is made again, and told.
      this.#tell({ event: 'interrupted', error, retry_ms: 0 });
    }
    const going = next ?? from;
    this.#heldBefore ??= going;
    this.#opened++;
    if (going > (this.#next ?? this.#heldBefore)) this.#held();
    this.#next = going;
    this.#tell({ event: 'opened', holder, held: next ?? null, from: going });
    return going;
  }

  async #publishFrom(from: number): Promise<void> {
    const { ratePerSecond, profile } = this.#request;
    const end = this.#endSeq;
    const count = end === undefined ? undefined : Math.max(0, end - from);
    const request = { from, count, ratePerSecond, profile, live: false };
    const delivery = new Delivery(request, this.#source, this.#clock.now());
    const over = () => this.#stopped || this.#fault !== undefined;
    while (!delivery.done && !over()) {
      if (!this.#hasRoom) {
        await this.#until(() => this.#hasRoom || over());
        continue;
      }
      const now = this.#clock.now();
      const seq = delivery.cursor;
      const taken = delivery.take(now, 0);
      if (taken === undefined) await this.#sleepUntil(delivery.wakeMs, over);
      else this.#put(seq, taken.bytes);
    }
    await this.#until(() => this.#inFlight === 0);
  }

  #put(seq: number, payload: Uint8Array): void {
    this.#sent++;
    this.#inFlight++;
    this.#inFlightBytes += payload.length;
    const settled = () => {
      this.#inFlight--;
      this.#inFlightBytes -= payload.length;
      this.#wake();
    };
    this.#target.put({ seq, payload }).then(
      () => {
        // Those behind one whose fate is unknown are not held either, whatever was said of them.
        if (this.#fault === undefined) this.#next = seq + 1;
        this.#held();
        settled();
      },
      (error: unknown) => {
        const fault = error instanceof TargetFault ? error : new TargetFault(String(error), { cause: error });
        if (fault.refused) this.#refused++;
        this.#fault ??= fault;
        settled();
      },
    );
  }

  #held(): void {
    this.#lastHeldMs = this.#clock.now().monotonicMs;
    this.#backOff.reset();
  }

  get #hasRoom(): boolean {
    return this.#inFlight < this.#target.window && this.#inFlightBytes < WINDOW_BYTES;
  }

  /** The seq behind the last message that is to be there; undefined for no end. */
  get #endSeq(): number | undefined {
    const { from, count } = this.#request;
    return count === undefined ? undefined : from + count;
  }

  get #acknowledged(): number {
    return Math.max(0, (this.#next ?? 0) - (this.#heldBefore ?? 0));
  }

  #end(durationMs: number): PublishEnd {
    const whole = this.#endSeq !== undefined && (this.#next ?? -1) >= this.#endSeq;
    const verdict = whole ? 'acknowledged' : this.#stopped ? 'interrupted' : 'failed';
    return {
      event: 'end',
      verdict,
      sent: this.#sent,
      acknowledged: this.#acknowledged,
      refused: this.#refused,
      held_before: Math.max(0, (this.#heldBefore ?? this.#request.from) - this.#request.from),
      next: this.#next ?? null,
      resumes: Math.max(0, this.#opened - 1),
      duration_ms: durationMs,
      error: verdict === 'failed' ? (this.#fault?.message ?? 'it ended early') : null,
      ...(this.#fault?.advice === undefined ? {} : { advice: this.#fault.advice }),
    };
  }

  async #sleepUntil(atMs: number, over: () => boolean): Promise<void> {
    this.#alarm.set(atMs);
    await this.#until(() => over() || this.#clock.now().monotonicMs >= atMs);
    this.#alarm.set(Number.POSITIVE_INFINITY);
  }

  /** Waits until something has happened that makes it so. */
  async #until(so: () => boolean): Promise<void> {
    while (!so()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
