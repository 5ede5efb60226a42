import type { Instant } from '../measure/instant.ts';
import type { TakenMessages } from '../stream/segment/segment.ts';
import type { SegmentSource } from '../stream/segment/segment-cache.ts';
import { LAST_SEQ } from '../stream/stream.ts';
import type { DeliveryRequest } from './delivery-request.ts';
import type { Profile } from './profile.ts';
import { LIVE_EPOCH_MS, Schedule } from './schedule.ts';

/** How far ahead of their due times segments are requested. */
const READ_AHEAD_MS = 100;

/** Bytes [from, to) of a message as it is framed. */
export interface Part {
  readonly from: number;
  readonly to: number;
}

/** What was taken: messages, or a part of one. */
export interface Taken extends TakenMessages {
  /** What was taken of a message, of which `bytes` are all. @default all that there is in `bytes` */
  readonly part?: Part;
}

/**
 * Messages of one stream on their way to one reader: a cursor, a schedule and a source. It has no peer: the caller
 * decides what becomes of the bytes, be it a socket, a response or a file.
 *
 * The caller takes for as long as it has room and something is due, and again at `wakeMs`.
 */
export class Delivery {
  readonly ratePerSecond: number;
  readonly profile: Profile;
  readonly source: SegmentSource;
  /** The first seq. */
  readonly from: number;
  /** When it is due, in milliseconds since 1970. */
  readonly startWallMs: number;
  readonly #schedule: Schedule;
  readonly #endSeq: number;
  #cursor: number;
  /** How much of the message at the cursor has been taken, framed. */
  #partBytes = 0;
  /** When the next message is due. */
  #nextMs: number;
  /** How late the last take was; NaN before the first. */
  #lateMs = Number.NaN;
  /** The seq after the segment that was taken from last; within it, nothing is requested ahead. */
  #segmentEnd: number;
  /** Whether the next segment is still being made. */
  #awaitsSegment = false;

  constructor(request: DeliveryRequest, source: SegmentSource, now: Instant) {
    const { ratePerSecond, profile, count } = request;
    this.ratePerSecond = ratePerSecond;
    this.profile = profile;
    this.source = source;
    const liveStartMs = now.monotonicMs - (now.wallMs - LIVE_EPOCH_MS);
    const live = new Schedule(liveStartMs, 0, ratePerSecond, profile);
    this.from = request.from ?? live.dueBefore(now.monotonicMs);
    this.#schedule = request.live ? live : new Schedule(now.monotonicMs, this.from, ratePerSecond, profile);
    this.startWallMs = now.wallMs + (this.#schedule.dueMs(this.from) - now.monotonicMs);
    this.#endSeq = count === undefined ? LAST_SEQ + 1 : this.from + count;
    this.#cursor = this.from;
    this.#nextMs = this.#schedule.dueMs(this.from);
    this.#segmentEnd = this.from;
  }

  /** The seq of the next message. */
  get cursor(): number {
    return this.#cursor;
  }

  /** Whether a part of a message has been taken, and not the rest. */
  get midMessage(): boolean {
    return this.#partBytes > 0;
  }

  /** How many messages have been taken. */
  get messages(): number {
    return this.#cursor - this.from;
  }

  /**
   * How long the next message has been due and not been taken, in milliseconds: 0 if it is not due, or none is left. Undefined without
   * a rate, where nothing has a due time.
   */
  lagMs(now: Instant): number | undefined {
    if (!this.#isPaced) return undefined;
    return this.done ? 0 : Math.max(0, now.monotonicMs - this.#nextMs);
  }

  /**
   * How long after its due time the first message of the last take was taken, in milliseconds. Undefined before that, and without a
   * rate.
   */
  get lateMs(): number | undefined {
    return this.#isPaced && !Number.isNaN(this.#lateMs) ? this.#lateMs : undefined;
  }

  /** Whether everything requested has been taken. */
  get done(): boolean {
    return this.#cursor >= this.#endSeq;
  }

  /** Whether messages that were due by then are still to be taken; without a rate, any messages. */
  hasDue(then: Instant): boolean {
    return this.#nextMs <= then.monotonicMs && !this.done;
  }

  /**
   * Takes the next messages that are due: of one segment, and about `mostBytes`. Undefined if none is due, or they are
   * still being made. They are held until the caller releases them.
   *
   * @param mostPartBytes a message that is larger is taken in parts of this size, and the cursor moves with the last of them. It is
   *   made again where it is gone: who has taken a part holds nothing of the rest. @default it is taken whole
   */
  take(now: Instant, mostBytes: number, mostPartBytes: number = Number.POSITIVE_INFINITY): Taken | undefined {
    if (!this.hasDue(now)) return undefined;
    const { source } = this;
    const dueBefore = this.#dueBefore(now.monotonicMs);
    if (this.#cursor >= this.#segmentEnd || this.#awaitsSegment) {
      const soonDueBefore = this.#dueBefore(now.monotonicMs + READ_AHEAD_MS);
      this.#awaitsSegment = !source.readAhead(this.#cursor, soonDueBefore);
      if (this.#awaitsSegment) return undefined;
    }
    const segment = source.segmentOf(this.#cursor);
    this.#segmentEnd = segment.end;
    this.#lateMs = now.monotonicMs - this.#nextMs;
    const from = this.#partBytes;
    const before = from > 0 ? this.#cursor + 1 : dueBefore;
    const taken = segment.take(this.#cursor, before, mostBytes);
    const sizeBytes = taken.bytes.length;
    const whole = from === 0 && (taken.end > this.#cursor + 1 || sizeBytes <= mostPartBytes);
    const to = whole ? sizeBytes : Math.min(sizeBytes, from + mostPartBytes);
    this.#partBytes = to < sizeBytes ? to : 0;
    if (to === sizeBytes) {
      this.#cursor = taken.end;
      this.#nextMs = this.#schedule.dueMs(taken.end);
    }
    return whole ? taken : { ...taken, part: { from, to } };
  }

  /**
   * When to call `take` next; Infinity if nothing is left, or until the source reports that a segment has been made.
   */
  get wakeMs(): number {
    return this.done || this.#awaitsSegment ? Number.POSITIVE_INFINITY : this.#nextMs;
  }

  get #isPaced(): boolean {
    return Number.isFinite(this.ratePerSecond);
  }

  /** The seq after the last message that is due and was requested. */
  #dueBefore(monotonicMs: number): number {
    return Math.min(this.#schedule.dueBefore(monotonicMs), this.#endSeq);
  }
}
