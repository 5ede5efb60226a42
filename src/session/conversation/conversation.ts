import type { Delivery } from '../../delivery/delivery.ts';
import { profileText } from '../../delivery/profile.ts';
import { rateOnWire } from '../../delivery/rate.ts';
import type { Instant } from '../../measure/instant.ts';
import { FAKER_VERSION, GENERATOR_VERSION } from '../../stream/stream.ts';
import { CLOSE } from '../close-codes.ts';
import { decodeClientMessage, encodeControl, MARK_BYTE, ProtocolError, textOf } from '../codec.ts';
import { Heartbeat } from '../heartbeat.ts';
import { LIMITS } from '../limits.ts';
import type { Link } from '../link.ts';
import type { ClientMessage, Receipt } from '../messages.ts';
import { ClockAnswers } from './clock-answers.ts';
import type { Answer, Post } from './post.ts';
import { ReceiptChecker } from './receipt-checker.ts';
import { RightBlocks } from './right-blocks.ts';
import { SendTimes } from './send-times.ts';

/** What the caller must do, in this order. */
export type ConversationOutput =
  /** Over the link. */
  | { readonly type: 'send'; readonly text: string }
  /** To a post, in place of the link. */
  | { readonly type: 'answer'; readonly post: Post; readonly answer: Answer }
  | { readonly type: 'answered'; readonly post: Post }
  | { readonly type: 'ping' }
  /** All has been sent: end what goes to the client, as done. What it reports still comes. */
  | { readonly type: 'finish' }
  | { readonly type: 'close'; readonly code: number; readonly reason: string }
  /** The peer is gone: drop the connection without a word. */
  | { readonly type: 'terminate' }
  /** The client sent free text. */
  | { readonly type: 'message'; readonly text: string }
  /** The client reported a block, and this is what became of it. */
  | { readonly type: 'receipt'; readonly receipt: Receipt; readonly verified: boolean };

/** What a conversation is made from. */
export interface ConversationSettings {
  readonly client: string;
  readonly token: string;
  /** Whether the client speaks no `tidemark.v1`. */
  readonly plain: boolean;
  readonly link: Link;
  readonly heartbeatMs: number;
  /** What the client posts what it reports to, if the link has no way back. @default none */
  readonly session?: string | undefined;
  /** Version of this package. */
  readonly version: string;
}

/** So that answers come while receipts keep coming. */
const MOST_BLOCKS_AN_ANSWER = 16;

/**
 * What a server and one client say to each other about a delivery: the welcome, receipts and their answers, the time,
 * pings, and the end. It has no I/O and no clock of its own. It reads the delivery's progress and never moves it.
 *
 * The caller carries out the outputs of each call, reports by `sent` what it has taken of the delivery, calls `work`
 * while `hasWork`, reads from the client only while `acceptsInput`, and calls `wake` at `wakeMs` and when the delivery
 * is done.
 */
export class Conversation {
  readonly client: string;
  readonly plain: boolean;
  readonly #token: string;
  readonly #session: string | undefined;
  readonly #version: string;
  readonly #link: Link;
  readonly #heartbeatMs: number;
  readonly #delivery: Delivery;
  readonly #checker: ReceiptChecker;
  readonly #heartbeat: Heartbeat;
  readonly #clock: ClockAnswers;
  /** Only for a client that has asked for the time. */
  #sendTimes: SendTimes | undefined;
  /** When a message last went in either direction. */
  #activeMs: number;
  /** When a slow client will have read everything that was sent. */
  #readByMs = 0;
  #blocks = 0;
  #mismatched = 0;
  #lastBlockMs: number | undefined;
  readonly #right = new RightBlocks();
  /** The highest seq of a receipt that has been answered. */
  #reportedTo = -1;
  /** Whether what goes to the client has been ended, and the conversation goes on. */
  #finished = false;
  #over = false;

  constructor(settings: ConversationSettings, delivery: Delivery, now: Instant) {
    const { client, plain, token, session, version, link, heartbeatMs } = settings;
    this.client = client;
    this.plain = plain;
    this.#token = token;
    this.#session = session;
    this.#version = version;
    this.#link = link;
    this.#heartbeatMs = heartbeatMs;
    this.#delivery = delivery;
    this.#clock = new ClockAnswers(now);
    this.#activeMs = now.monotonicMs;
    this.#checker = new ReceiptChecker(client, delivery.source);
    this.#heartbeat = new Heartbeat(heartbeatMs, now.monotonicMs);
  }

  /** Blocks that the client reported and that were right. */
  get blocks(): number {
    return this.#blocks;
  }

  /** Blocks that the client reported and that were not. */
  get mismatched(): number {
    return this.#mismatched;
  }

  /** Blocks whose receipts wait to be verified. */
  get waiting(): number {
    return this.#checker.waiting;
  }

  /** How long the client took to receive the last block that was checked, as it says, in milliseconds. */
  get lastBlockMs(): number | undefined {
    return this.#lastBlockMs;
  }

  /** Whether it has ended: nothing more is sent. */
  get over(): boolean {
    return this.#over;
  }

  /** Begins, with the welcome. */
  start(): ConversationOutput[] {
    if (this.plain) return [];
    const session = this.#session;
    const { source, ratePerSecond, profile, from, startWallMs } = this.#delivery;
    const text = encodeControl({
      type: 'welcome',
      server: this.#version,
      client: this.client,
      token: this.#token,
      stream: source.stream.name,
      stream_id: source.stream.id,
      generator: GENERATOR_VERSION,
      faker: FAKER_VERSION,
      from,
      rate: rateOnWire(ratePerSecond),
      profile: profileText(profile),
      t0_ms: startWallMs,
      ...(session === undefined ? {} : { session }),
      ...(this.#link.ping ? {} : { keep_alive_ms: this.#heartbeatMs }),
    });
    return [{ type: 'send', text }];
  }

  /**
   * Messages before the delivery's cursor, and what was taken of the one at it, are on their way; the last of it took this many
   * bytes.
   */
  sent(bytes: number, now: Instant): void {
    this.#heartbeat.sent(bytes);
    this.#activeMs = now.monotonicMs;
    this.#readByMs = now.monotonicMs + this.#heartbeat.unreadMs;
    if (!this.#delivery.midMessage) this.#sendTimes?.add(this.#delivery.cursor, this.#clock.timeMs(now));
  }

  /** A whole message came from the client. */
  receive(payload: Uint8Array, text: boolean, now: Instant): ConversationOutput[] {
    this.heard(now);
    this.#activeMs = now.monotonicMs;
    if (this.#over) return [];
    if (!text) return this.#refuse('only text messages are taken from clients');
    const content = textOf(payload);
    if (this.plain || payload[0] !== MARK_BYTE) return [{ type: 'message', text: content }];
    try {
      const message = decodeClientMessage(content);
      if (message === undefined) return [];
      if (message.type === 'receipt' && !this.acceptsInput && !this.#link.pause)
        return this.#refuse(`more than ${LIMITS.waitingReceipts} receipts wait to be verified`);
      return this.#understand(message, now);
    } catch (error) {
      if (error instanceof ProtocolError) return this.#refuse(error.message);
      throw error;
    }
  }

  /** How many receipts may be posted now. */
  get room(): number {
    return this.#over ? 0 : LIMITS.waitingReceipts - this.#checker.waiting;
  }

  /** Free text, or messages for whose receipts there is room, came beside the link. */
  post(posted: string | readonly ClientMessage[], post: Post, now: Instant): ConversationOutput[] {
    this.heard(now);
    this.#activeMs = now.monotonicMs;
    if (typeof posted === 'string')
      return [
        { type: 'message', text: posted },
        { type: 'answered', post },
      ];
    const outputs = posted.flatMap((message) => this.#understand(message, now, post));
    const waits = posted.some(({ type }) => type === 'receipt');
    return waits ? outputs : [...outputs, { type: 'answered', post }];
  }

  /** Anything came from the client. */
  heard(now: Instant): void {
    this.#heartbeat.heard(now.monotonicMs);
  }

  /** A pong came from the client. */
  answered(now: Instant): void {
    this.#heartbeat.answered(now.monotonicMs);
  }

  /** Whether the socket is full, and writes are waiting for room. */
  socketIs(full: boolean, now: Instant): void {
    this.#heartbeat.socketIs(full, now.monotonicMs);
  }

  /** The caller is not reading from the client, so its silence means nothing. */
  excuse(now: Instant): void {
    this.heard(now);
    this.#activeMs = now.monotonicMs;
  }

  /** Whether `work` has something to do. */
  get hasWork(): boolean {
    return this.#checker.waiting > 0;
  }

  /** Whether the caller should go on reading from the client, if it can stop. */
  get acceptsInput(): boolean {
    return this.#checker.waiting < LIMITS.waitingReceipts;
  }

  /** Verifies a bounded amount of receipts. One answer may cover several blocks that are right. */
  work(): ConversationOutput[] {
    const outputs: ConversationOutput[] = [];
    const checked = this.#checker.step();
    const [first] = checked;
    if (first === undefined) return outputs;
    const { post, mismatch } = first; // a wrong one comes alone
    if (mismatch !== undefined) this.#mismatched++;
    for (const { receipt } of checked) {
      outputs.push({ type: 'receipt', receipt, verified: mismatch === undefined });
      this.#reportedTo = Math.max(this.#reportedTo, receipt.to);
      this.#lastBlockMs = receipt.elapsed_ms;
      if (mismatch !== undefined) continue;
      this.#blocks++;
      const sentMs = this.#sendTimes === undefined ? undefined : (this.#sendTimes.take(receipt.to) ?? null);
      this.#right.add(receipt.block, sentMs);
    }
    const last = !this.hasWork || this.#checker.nextPost !== post;
    const enough = last || mismatch !== undefined || this.#right.size >= MOST_BLOCKS_AN_ANSWER;
    const verified = enough ? this.#right.take() : undefined;
    if (verified !== undefined) outputs.push(tell(verified, post));
    if (mismatch !== undefined) outputs.push(tell(mismatch, post));
    if (last && post !== undefined) outputs.push({ type: 'answered', post });
    if (this.#finished && this.#hasAllReports) outputs.push(...this.#close(CLOSE.done, 'done'));
    return outputs;
  }

  /** When to call `wake` next. */
  get wakeMs(): number {
    if (this.#over) return Number.POSITIVE_INFINITY;
    const beatMs = this.#link.ping ? this.#heartbeat.wakeMs : Number.POSITIVE_INFINITY;
    return Math.min(this.#endMs, beatMs);
  }

  /** It is time to look: `wakeMs` has come. */
  wake(now: Instant): ConversationOutput[] {
    if (this.#over) return [];
    const done = now.monotonicMs >= this.#endMs;
    if (done && this.plain) return this.#close(CLOSE.done, 'done');
    const beat = this.#link.ping ? this.#heartbeat.check(now.monotonicMs) : undefined;
    if (beat === 'dead') {
      this.#over = true;
      return [{ type: 'terminate' }];
    }
    if (done && this.#finished) return this.#close(CLOSE.done, 'done');
    if (done && this.#link.halfClose) {
      this.#finished = true;
      return [{ type: 'finish' }];
    }
    if (done) return this.#close(CLOSE.idle, 'all has been sent, and nothing has come back');
    return beat === 'ping' ? [{ type: 'ping' }] : [];
  }

  /**
   * The connection has ended.
   *
   * @returns whether the conversation goes on without it, since the client may have blocks to report still
   */
  closed(code: number): boolean {
    if (!this.#finished || code !== CLOSE.done || this.#hasAllReports) this.#over = true;
    return !this.#over;
  }

  /** @param post what it came in; undefined for the link */
  #understand(message: ClientMessage, now: Instant, post?: Post): ConversationOutput[] {
    if (message.type === 'clock_request') {
      this.#sendTimes ??= new SendTimes(this.#delivery.cursor);
      const answer = this.#clock.answer(message, now);
      return answer === undefined ? [] : [tell(answer, post)];
    }
    this.#checker.add(message, this.#delivery.cursor, post);
    return [];
  }

  /** Whether the last message has been reported, and the client has its answer. */
  get #hasAllReports(): boolean {
    return !this.hasWork && this.#reportedTo >= this.#delivery.cursor - 1;
  }

  /** When the conversation is to end, everything having been sent. */
  get #endMs(): number {
    if (!this.#delivery.done) return Number.POSITIVE_INFINITY;
    if (this.#link.halfClose && !this.plain && !this.#finished) return this.#activeMs;
    return this.hasWork ? Number.POSITIVE_INFINITY : this.#idleMs();
  }

  /** How long the client may take to report and leave after everything was sent. */
  #idleMs(): number {
    if (this.plain) return this.#activeMs;
    return Math.max(this.#activeMs + 2 * this.#heartbeatMs, this.#readByMs + this.#heartbeatMs);
  }

  #refuse(reason: string): ConversationOutput[] {
    return this.#close(CLOSE.badParameters, reason);
  }

  #close(code: number, reason: string): ConversationOutput[] {
    if (this.#over) return [];
    this.#over = true;
    return [{ type: 'close', code, reason }];
  }
}

function tell(answer: Answer, post: Post | undefined): ConversationOutput {
  return post === undefined
    ? { type: 'send', text: encodeControl(answer) }
    : { type: 'answer', post, answer };
}
