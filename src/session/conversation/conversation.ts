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
import type { ClientMessage, Mismatch, Receipt, Verified } from '../messages.ts';
import { ClockAnswers } from './clock-answers.ts';
import { ReceiptChecker } from './receipt-checker.ts';
import { SendTimes } from './send-times.ts';

/** What the caller must do, in this order. */
export type ConversationOutput =
  | { readonly type: 'send'; readonly text: string }
  | { readonly type: 'ping' }
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
  /** Version of this package. */
  readonly version: string;
}

/** So that answers come while receipts keep coming. */
const MOST_BLOCKS_AN_ANSWER = 16;

/**
 * What a server and one client say to each other over one connection, about a delivery: welcome, receipts and what comes of
 * them, the time, pings, and the end. It has no I/O and no clock of its own. Of the delivery it reads how far that has come,
 * and never moves it.
 *
 * The caller carries out the outputs of each call; says with `sent` what it has taken of the delivery; calls `work` while
 * `hasWork`; reads from the client only while `acceptsInput`; and calls `wake` at `wakeMs`, and when the delivery is done.
 */
export class Conversation {
  readonly client: string;
  readonly plain: boolean;
  readonly #settings: ConversationSettings;
  readonly #delivery: Delivery;
  readonly #checker: ReceiptChecker;
  readonly #heartbeat: Heartbeat;
  readonly #clock: ClockAnswers;
  /** Kept for a client that has asked for the time. */
  #sendTimes: SendTimes | undefined;
  /** When a message last went either way. */
  #activeMs: number;
  /** When a slow client will have read all that was sent. */
  #readByMs = 0;
  #blocks = 0;
  /** Blocks that are right, and of which the client has not been told. */
  readonly #unanswered: number[] = [];
  /** When their last messages were sent, if that is kept. */
  readonly #unansweredSentMs: (number | null)[] = [];
  #over = false;

  constructor(settings: ConversationSettings, delivery: Delivery, now: Instant) {
    this.#settings = settings;
    this.#delivery = delivery;
    this.client = settings.client;
    this.plain = settings.plain;
    this.#clock = new ClockAnswers(now);
    this.#activeMs = now.monotonicMs;
    this.#checker = new ReceiptChecker(settings.client, delivery.source);
    this.#heartbeat = new Heartbeat(settings.heartbeatMs, now.monotonicMs);
  }

  /** Blocks that the client reported and that were right. */
  get blocks(): number {
    return this.#blocks;
  }

  /** Whether it has ended: nothing is sent any more. */
  get over(): boolean {
    return this.#over;
  }

  /** Begins: the welcome. */
  start(): ConversationOutput[] {
    if (this.plain) return [];
    const { client, token, version } = this.#settings;
    const { source, request, from, startWallMs } = this.#delivery;
    const text = encodeControl({
      type: 'welcome',
      server: version,
      client,
      token,
      stream: source.stream.name,
      stream_id: source.stream.id,
      generator: GENERATOR_VERSION,
      faker: FAKER_VERSION,
      from,
      rate: rateOnWire(request.ratePerSecond),
      profile: profileText(request.profile),
      t0_ms: startWallMs,
    });
    return [{ type: 'send', text }];
  }

  /** Messages before the delivery's cursor are on their way now, the last of them in so many bytes. */
  sent(bytes: number, now: Instant): void {
    this.#heartbeat.sent(bytes);
    this.#activeMs = now.monotonicMs;
    this.#readByMs = now.monotonicMs + this.#heartbeat.unreadMs;
    this.#sendTimes?.add(this.#delivery.cursor, this.#clock.timeMs(now));
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
      return this.#understand(decodeClientMessage(content), now);
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

  /** Whether the caller should go on reading from the client, where it can stop. */
  get acceptsInput(): boolean {
    return this.#checker.waiting < LIMITS.waitingReceipts;
  }

  /** Verifies receipts, a bounded piece of it. One answer may do for several blocks that are right. */
  work(): ConversationOutput[] {
    const outputs: ConversationOutput[] = [];
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

  /** When to call `wake` next. */
  get wakeMs(): number {
    if (this.#over) return Number.POSITIVE_INFINITY;
    const beatMs = this.#settings.link.ping ? this.#heartbeat.wakeMs : Number.POSITIVE_INFINITY;
    return this.#delivery.done && !this.hasWork ? Math.min(this.#idleMs(), beatMs) : beatMs;
  }

  /** The time has come for something. */
  wake(now: Instant): ConversationOutput[] {
    if (this.#over) return [];
    const { done } = this.#delivery;
    if (done && this.plain) return this.#close(CLOSE.done, 'done');
    const beat = this.#settings.link.ping ? this.#heartbeat.check(now.monotonicMs) : undefined;
    if (beat === 'dead') {
      this.#over = true;
      return [{ type: 'terminate' }];
    }
    if (done && !this.hasWork && now.monotonicMs >= this.#idleMs()) {
      return this.#close(CLOSE.idle, 'all has been sent, and nothing has come back');
    }
    return beat === 'ping' ? [{ type: 'ping' }] : [];
  }

  #verified(block: number): Verified {
    if (this.#sendTimes === undefined) return { type: 'verified', block };
    return { type: 'verified', block, sent_ms: this.#unansweredSentMs };
  }

  #understand(message: ClientMessage | undefined, now: Instant): ConversationOutput[] {
    if (message?.type === 'clock_request') {
      this.#sendTimes ??= new SendTimes(this.#delivery.cursor);
      const answer = this.#clock.answer(message, now);
      return answer === undefined ? [] : [{ type: 'send', text: encodeControl(answer) }];
    }
    if (message === undefined) return [];
    if (!this.acceptsInput && !this.#settings.link.pause)
      return this.#refuse(`more than ${LIMITS.waitingReceipts} receipts wait to be verified`);
    this.#checker.add(message, this.#delivery.cursor);
    return [];
  }

  /** After everything was sent, how long the client may take to report and leave. */
  #idleMs(): number {
    if (this.plain) return this.#activeMs;
    const { heartbeatMs } = this.#settings;
    return Math.max(this.#activeMs + 2 * heartbeatMs, this.#readByMs + heartbeatMs);
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
