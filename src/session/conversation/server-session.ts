import { profileText } from '../../delivery/profile.ts';
import { rateOnWire } from '../../delivery/rate.ts';
import { LIVE_EPOCH_MS, Schedule } from '../../delivery/schedule.ts';
import type { Instant } from '../../measure/instant.ts';
import type { Segment } from '../../stream/segment/segment.ts';
import type { SegmentSource } from '../../stream/segment/segment-cache.ts';
import { FAKER_VERSION, GENERATOR_VERSION, LAST_SEQ } from '../../stream/stream.ts';
import { CLOSE } from '../close-codes.ts';
import { decodeClientMessage, encodeControl, MARK_BYTE, ProtocolError, textOf } from '../codec.ts';
import { Heartbeat } from '../heartbeat.ts';
import { LIMITS } from '../limits.ts';
import type { ClockRequest, Mismatch, Receipt, Verified } from '../messages.ts';
import type { StreamRequest } from '../stream-request.ts';
import { ClockAnswers } from './clock-answers.ts';
import { ReceiptChecker } from './receipt-checker.ts';
import { SendTimes } from './send-times.ts';

/** What the caller must do, in this order. */
export type ServerOutput =
  | { readonly type: 'send'; readonly text: string }
  | { readonly type: 'ping' }
  | { readonly type: 'close'; readonly code: number; readonly reason: string }
  /** The peer is gone: drop the connection without a word. */
  | { readonly type: 'terminate' }
  /** The client sent free text. */
  | { readonly type: 'message'; readonly text: string }
  /** The client reported a block, and this is what became of it. */
  | { readonly type: 'receipt'; readonly receipt: Receipt; readonly verified: boolean };

/** What a session is made from. */
export interface ServerSessionSettings {
  readonly client: string;
  readonly token: string;
  /** Whether the client speaks no `tidemark.v1`. */
  readonly plain: boolean;
  readonly request: StreamRequest;
  readonly source: SegmentSource;
  readonly heartbeatMs: number;
  /** Version of this package. */
  readonly version: string;
}

/** So that answers come while receipts keep coming. */
const MOST_BLOCKS_AN_ANSWER = 16;
/** How far ahead of their due times segments are asked for. */
const READ_AHEAD_MS = 100;

/**
 * One client's connection, seen from the server, with no I/O and no clock of its own. All that it remembers of
 * what it sent is a cursor.
 *
 * The caller carries out the outputs of each call; writes what `takeFrames` gives, as long as the socket takes it;
 * calls `work` while `hasWork`; reads from the client only while `acceptsInput`; and calls `wake` at `wakeMs`.
 */
export class ServerSession {
  readonly client: string;
  readonly plain: boolean;
  readonly source: SegmentSource;
  readonly from: number;
  readonly ratePerSecond: number;
  readonly #settings: ServerSessionSettings;
  readonly #schedule: Schedule;
  readonly #t0WallMs: number;
  readonly #endSeq: number;
  readonly #checker: ReceiptChecker;
  readonly #heartbeat: Heartbeat;
  readonly #clock: ClockAnswers;
  /** Kept for a client that has asked for the time. */
  #sendTimes: SendTimes | undefined;
  #cursor: number;
  /** When a message last went either way. */
  #activeMs: number;
  /** When a slow client will have read all that was sent. */
  #readByMs = 0;
  #blocks = 0;
  /** Blocks that are right, and of which the client has not been told. */
  readonly #unanswered: number[] = [];
  /** When their last messages were sent, if that is kept. */
  readonly #unansweredSentMs: (number | null)[] = [];
  #framesAreMade = true;
  #closing = false;

  constructor(settings: ServerSessionSettings, now: Instant) {
    const { request, source } = settings;
    const { ratePerSecond, profile } = request;
    this.#settings = settings;
    this.client = settings.client;
    this.plain = settings.plain;
    this.source = source;
    this.ratePerSecond = ratePerSecond;
    const liveStartMs = now.monotonicMs - (now.wallMs - LIVE_EPOCH_MS);
    const live = new Schedule(liveStartMs, 0, ratePerSecond, profile);
    this.from = request.from ?? live.dueBefore(now.monotonicMs);
    this.#schedule = request.live ? live : new Schedule(now.monotonicMs, this.from, ratePerSecond, profile);
    this.#clock = new ClockAnswers(now);
    this.#t0WallMs = now.wallMs + (this.#schedule.dueMs(this.from) - now.monotonicMs);
    this.#endSeq = request.count === undefined ? LAST_SEQ + 1 : this.from + request.count;
    this.#cursor = this.from;
    this.#activeMs = now.monotonicMs;
    this.#checker = new ReceiptChecker(settings.client, source);
    this.#heartbeat = new Heartbeat(settings.heartbeatMs, now.monotonicMs);
  }

  /** Messages handed to the socket. */
  get messages(): number {
    return this.#cursor - this.from;
  }

  /** Blocks that the client reported and that were right. */
  get blocks(): number {
    return this.#blocks;
  }

  /** Whether all that the client asked for has been handed to the socket. */
  get finished(): boolean {
    return this.#cursor >= this.#endSeq;
  }

  /** Whether messages that were due by then are still to be sent; of a client that has all at once, any. */
  hasDue(then: Instant): boolean {
    if (this.#closing) return false;
    return this.#cursor < Math.min(this.#schedule.dueBefore(then.monotonicMs), this.#endSeq);
  }

  /** Begins: the welcome. */
  start(): ServerOutput[] {
    if (this.plain) return [];
    const { client, token, version, source, request } = this.#settings;
    const text = encodeControl({
      type: 'welcome',
      server: version,
      client,
      token,
      stream: source.stream.name,
      stream_id: source.stream.id,
      generator: GENERATOR_VERSION,
      faker: FAKER_VERSION,
      from: this.from,
      rate: rateOnWire(request.ratePerSecond),
      profile: profileText(request.profile),
      t0_ms: this.#t0WallMs,
    });
    return [{ type: 'send', text }];
  }

  /**
   * The next frames that are due, of one segment at most and about `mostBytes`; undefined if none is, or if they
   * are still being made.
   */
  takeFrames(now: Instant, mostBytes: number): Uint8Array | undefined {
    const dueBefore = Math.min(this.#schedule.dueBefore(now.monotonicMs), this.#endSeq);
    if (this.#cursor >= dueBefore || this.#closing) return undefined;
    const soon = Math.min(this.#schedule.dueBefore(now.monotonicMs + READ_AHEAD_MS), this.#endSeq);
    this.#framesAreMade = this.source.readAhead(this.#cursor, soon);
    if (!this.#framesAreMade) return undefined;
    const segment = this.source.segmentOf(this.#cursor);
    const start = this.#cursor - segment.firstSeq;
    const end = lastWithin(segment, start, Math.min(dueBefore - segment.firstSeq, segment.count), mostBytes);
    this.#cursor = segment.firstSeq + end;
    const frames =
      start === 0 && end === segment.count
        ? segment.bytes
        : segment.bytes.subarray(segment.offsets[start], segment.offsets[end]);
    this.#heartbeat.sent(frames.length);
    this.#activeMs = now.monotonicMs;
    this.#readByMs = now.monotonicMs + this.#heartbeat.unreadMs;
    this.#sendTimes?.add(this.#cursor, this.#clock.timeMs(now));
    return frames;
  }

  /** A whole message came from the client. */
  receive(payload: Uint8Array, text: boolean, now: Instant): ServerOutput[] {
    this.heard(now);
    this.#activeMs = now.monotonicMs;
    if (this.#closing) return [];
    if (!text) return this.#refuse('only text messages are taken from clients');
    const content = textOf(payload);
    if (this.plain || payload[0] !== MARK_BYTE) return [{ type: 'message', text: content }];
    try {
      const message = decodeClientMessage(content);
      if (message?.type === 'clock_request') return this.#tellTime(message, now);
      if (message !== undefined) this.#checker.add(message, this.#cursor);
      return [];
    } catch (error) {
      if (error instanceof ProtocolError) return this.#refuse(error.message);
      throw error;
    }
  }

  /** Anything came from the client. */
  heard(now: Instant): void {
    this.#heartbeat.heard(now.monotonicMs);
  }

  /** A pong came from the client. */
  answered(now: Instant): void {
    this.#heartbeat.answered(now.monotonicMs);
  }

  /** Whether what was sent waits for room in the socket. */
  socketIs(full: boolean, now: Instant): void {
    this.#heartbeat.socketIs(full, now.monotonicMs);
  }

  /** The caller is not reading from the client: its silence means nothing. */
  excuse(now: Instant): void {
    this.heard(now);
    this.#activeMs = now.monotonicMs;
  }

  /** Whether `work` has something to do. */
  get hasWork(): boolean {
    return this.#checker.waiting > 0;
  }

  /** Whether the caller should go on reading from the client. */
  get acceptsInput(): boolean {
    return this.#checker.waiting < LIMITS.waitingReceipts;
  }

  /** Verifies receipts, a bounded piece of it. One answer may do for several blocks that are right. */
  work(): ServerOutput[] {
    const outputs: ServerOutput[] = [];
    let mismatch: Mismatch | undefined;
    for (const checked of this.#checker.step()) {
      const { receipt } = checked;
      mismatch = checked.mismatch; // which comes alone
      outputs.push({ type: 'receipt', receipt, verified: mismatch === undefined });
      if (mismatch !== undefined) continue;
      this.#blocks++;
      this.#unanswered.push(receipt.block);
      if (this.#sendTimes !== undefined)
        this.#unansweredSentMs.push(this.#sendTimes.take(receipt.to) ?? null);
    }
    const enough = this.#checker.waiting === 0 || this.#unanswered.length >= MOST_BLOCKS_AN_ANSWER;
    const last = this.#unanswered.at(-1);
    if (last !== undefined && (enough || mismatch !== undefined)) {
      outputs.push({ type: 'send', text: encodeControl(this.#verified(last)) });
      this.#unanswered.length = 0;
      this.#unansweredSentMs.length = 0;
    }
    if (mismatch !== undefined) outputs.push({ type: 'send', text: encodeControl(mismatch) });
    return outputs;
  }

  /**
   * When to call `wake`, and `takeFrames`, next.
   *
   * @param canSend whether the socket takes data; while it does not, or while the frames are being made, messages
   *   being due is no reason to wake
   */
  wakeMs(canSend: boolean): number {
    if (this.#closing) return Number.POSITIVE_INFINITY;
    if (this.finished && !this.hasWork) return Math.min(this.#idleMs(), this.#heartbeat.wakeMs);
    if (this.finished) return this.#heartbeat.wakeMs;
    if (!canSend || !this.#framesAreMade) return this.#heartbeat.wakeMs;
    return Math.min(this.#schedule.dueMs(this.#cursor), this.#heartbeat.wakeMs);
  }

  /** The time has come for something. */
  wake(now: Instant): ServerOutput[] {
    if (this.#closing) return [];
    if (this.finished && this.plain) return this.#close(CLOSE.done, 'done');
    const beat = this.#heartbeat.check(now.monotonicMs);
    if (beat === 'dead') {
      this.#closing = true;
      return [{ type: 'terminate' }];
    }
    if (this.finished && !this.hasWork && now.monotonicMs >= this.#idleMs()) {
      return this.#close(CLOSE.idle, 'all has been sent, and nothing has come back');
    }
    return beat === 'ping' ? [{ type: 'ping' }] : [];
  }

  #verified(block: number): Verified {
    if (this.#sendTimes === undefined) return { type: 'verified', block };
    return { type: 'verified', block, sent_ms: this.#unansweredSentMs };
  }

  #tellTime(request: ClockRequest, now: Instant): ServerOutput[] {
    this.#sendTimes ??= new SendTimes(this.#cursor);
    const answer = this.#clock.answer(request, now);
    return answer === undefined ? [] : [{ type: 'send', text: encodeControl(answer) }];
  }

  /** After everything was sent, how long the client may take to report and leave. */
  #idleMs(): number {
    if (this.plain) return this.#activeMs;
    const { heartbeatMs } = this.#settings;
    return Math.max(this.#activeMs + 2 * heartbeatMs, this.#readByMs + heartbeatMs);
  }

  #refuse(reason: string): ServerOutput[] {
    return this.#close(CLOSE.badParameters, reason);
  }

  #close(code: number, reason: string): ServerOutput[] {
    if (this.#closing) return [];
    this.#closing = true;
    return [{ type: 'close', code, reason }];
  }
}

/** The index after the last message from `start` that fits; at least one message. */
function lastWithin(segment: Segment, start: number, end: number, mostBytes: number): number {
  const { offsets } = segment;
  const limit = (offsets[start] ?? 0) + mostBytes;
  let last = end;
  while (last > start + 1 && (offsets[last] ?? 0) > limit) last--;
  return last;
}
