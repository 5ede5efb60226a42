import type { ConnectionListener, FrameConnection } from '../../carriage/connection.ts';
import type { Alarm } from '../../host/alarm.ts';
import type { Host } from '../../host/host.ts';
import { sendingShare } from '../../host/turns.ts';
import type { Instant } from '../../measure/instant.ts';
import { CLOSE } from '../../session/close-codes.ts';
import type { Conversation, ConversationOutput } from '../../session/conversation/conversation.ts';
import type { Post } from '../../session/conversation/post.ts';
import type { ServerSession } from '../../session/conversation/server-session.ts';
import type { ClientMessage } from '../../session/messages.ts';
import type { SegmentMemory } from '../../stream/segment/segment-memory.ts';
import type { LeaseOwner } from '../clients/name-registry.ts';
import type { Occupant } from '../clients/occupants.ts';
import type { Presence, Present } from '../clients/presence.ts';
import type { SessionOwner } from '../clients/sessions.ts';
import type { Tally } from '../clients/tally.ts';
import type { SegmentReader } from '../encoding/read-ahead.ts';
import { type LeaveReason, leaveReason, receiptEvent, type ServerEvent } from '../options/server-event.ts';
import { Outflow } from './outflow.ts';

/** While this many texts wait for the end of a message, nothing is read or verified, since that would produce more. */
const MOST_LATE = 16;

export interface StreamPumpHooks {
  tell(event: ServerEvent): void;
  /** Counts this client's messages and receipts. */
  readonly counts: Tally;
  /** When the client came, in milliseconds since 1970. */
  readonly sinceMs: number;
  presence(): Presence;
  left(reason: LeaveReason): void;
  /** Everything was sent and the connection has ended, but the client may still report; `left` follows. */
  lingers(): void;
}

/**
 * Moves bytes between one server session and its connection. It makes no decisions: the session knows what is due, the scheduler
 * whose turn it is and for how long, and `Outflow` how to write.
 */
export class StreamPump
  implements ConnectionListener, Occupant, SessionOwner, LeaseOwner, SegmentReader, Present
{
  readonly session: ServerSession;
  readonly #conversation: Conversation;
  readonly #connection: FrameConnection;
  readonly #host: Host;
  readonly #hooks: StreamPumpHooks;
  readonly #outflow: Outflow;
  readonly #alarm: Alarm;
  readonly #job = (): boolean => this.#turn();
  /** Texts that wait until the message under way has been sent whole. */
  readonly #late: string[] = [];
  /** When the conversation wanted to be woken, as of the last turn. Sending messages alone never makes that earlier. */
  #talkMs = Number.NEGATIVE_INFINITY;
  /** Whether the socket was full when it was last written to. */
  #full = false;
  #held = false;
  #reading = true;
  #connected = true;
  #gone = false;
  #closedBy: LeaveReason | undefined;

  /** @param memory that the session's frames lie in */
  constructor(
    session: ServerSession,
    connection: FrameConnection,
    host: Host,
    memory: SegmentMemory,
    hooks: StreamPumpHooks,
  ) {
    this.session = session;
    this.#conversation = session.conversation;
    this.#connection = connection;
    this.#host = host;
    this.#hooks = hooks;
    this.#outflow = new Outflow(session, connection, memory, host, hooks.counts);
    this.#alarm = host.alarm((now) => this.#ring(now));
  }

  get client(): Present {
    return this;
  }

  get name(): string {
    return this.#conversation.client;
  }

  get sinceMs(): number {
    return this.#hooks.sinceMs;
  }

  presence(): Presence {
    return this.#hooks.presence();
  }

  start(): void {
    this.#perform(this.#conversation.start());
    this.#soon();
  }

  message(payload: Uint8Array, text: boolean): void {
    this.#perform(this.#conversation.receive(payload, text, this.#host.now()));
    this.#soon();
  }

  heard(): void {
    this.#conversation.heard(this.#host.now());
  }

  answered(): void {
    this.#conversation.answered(this.#host.now());
  }

  drained(): void {
    this.#conversation.socketIs(false, this.#host.now());
    this.#full = false;
    this.#outflow.release();
    this.#soon();
  }

  framesMade(): void {
    this.#soon();
  }

  /** How many receipts a POST may bring now. */
  get room(): number {
    return this.#held ? 0 : this.#conversation.room;
  }

  /** Takes what a client posted: free text, or messages with no more receipts than there is room for. */
  post(posted: string | readonly ClientMessage[], post: Post): void {
    this.#perform(this.#conversation.post(posted, post, this.#host.now()));
    this.#soon();
  }

  closed(code: number): void {
    this.#connected = false;
    this.#late.length = 0;
    this.#outflow.release();
    // Unless the server ended it, the client may still have blocks to report.
    const goesOn = this.#closedBy === undefined && this.#conversation.closed(code);
    if (!goesOn) return this.#leave(leaveReason(code, this.session.delivery.done));
    this.#hooks.lingers();
    this.#soon();
  }

  /** Closes the connection at the server's initiative. */
  close(code: number, reason: string, leaveReason: LeaveReason): void {
    this.#closedBy ??= leaveReason;
    if (this.#connected) this.#connection.close(code, reason);
    else this.#leave(leaveReason);
  }

  /** It is off the roster at once, however long its connection takes to close. */
  dismiss(): void {
    this.close(CLOSE.dismissed, 'whoever runs the server has asked this client to leave', 'dismissed');
    this.#leave('dismissed');
  }

  stop(): void {
    this.close(CLOSE.restarting, 'the server stops', 'stopped');
  }

  /** The client counts as gone at once, however long its connection takes to close: its name is another's. */
  superseded(): void {
    this.close(CLOSE.superseded, 'a later connection has taken over this name', 'superseded');
    this.#leave('superseded');
  }

  revoked(): void {
    this.close(CLOSE.restarting, 'the name has to be claimed again', 'revoked');
    this.#leave('revoked');
  }

  giveWay(): void {
    this.close(CLOSE.done, 'others have more to report', 'done');
  }

  terminate(): void {
    if (this.#connected) this.#connection.terminate();
    else this.#leave('lost');
  }

  hold(held: boolean): void {
    this.#held = held;
    this.#soon();
  }

  #leave(reason: LeaveReason): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#alarm.clear();
    this.#host.turns.remove(this.#job, this.#connection.turns);
    this.#hooks.left(this.#closedBy ?? reason);
  }

  /** Asks for a turn. */
  #soon(): void {
    if (!this.#gone) this.#host.turns.add(this.#job, this.#connection.turns);
  }

  /**
   * Sends due messages at once, ahead of others' turns. Everything else waits for a turn: finding out that thousands of clients are
   * silent must not hold up the others.
   */
  #ring(now: Instant): void {
    const { session } = this;
    const connection = this.#connection;
    const fits = connection.turns.keepsUp && connection.takesFrames && !session.delivery.midMessage;
    if (!session.hasDue(now) || !fits) return this.#soon();
    const behind = this.#sent(this.#outflow.sendDue(now), now, now);
    const { delivery } = session;
    const wakeMs = connection.takesFrames ? Math.min(delivery.wakeMs, this.#talkMs) : this.#talkMs;
    if (wakeMs > now.monotonicMs && !delivery.done) return this.#alarm.set(wakeMs);
    this.#soon(); // the turn sets the alarm
    if (!behind) this.#alarm.set(delivery.wakeMs); // but what falls due before then must not wait for it
  }

  /** @returns whether to run again in the next turn */
  #turn(): boolean {
    const { session } = this;
    const conversation = this.#conversation;
    const connection = this.#connection;
    const now = this.#host.now();
    // Silence is excused while this end does not read; but not if it stopped because the client won't take the rest of a message.
    if ((!this.#reading && !this.#hasManyLate) || connection.hasUnread) conversation.excuse(now);
    const { takesFrames } = connection; // asked before corked answers fill the socket
    connection.cork();
    this.#perform(conversation.wake(now));
    this.#verify();
    const moreToVerify = this.#hasReceipts;
    const bytes = this.#outflow.send(sendingShare(moreToVerify), takesFrames);
    this.#sendLate();
    this.#setReading();
    const behind = this.#sent(bytes, now, this.#host.now());
    const more = this.#hasReceipts || (this.#outflow.more && behind);
    // What falls due before the next turn must not wait for it, however busy the server is.
    const canSend = takesFrames && connection.takesFrames; // otherwise `drained` follows
    this.#talkMs = conversation.wakeMs;
    this.#alarm.set(session.wakeMs(canSend && !(behind && more)));
    return more;
  }

  /** Accounts for bytes that were sent. @returns whether more was due when the sending began */
  #sent(bytes: number, began: Instant, now: Instant): boolean {
    const { hasUnsent } = this.#connection;
    if (hasUnsent || this.#full) this.#conversation.socketIs(hasUnsent, now);
    this.#full = hasUnsent;
    const behind = this.session.hasDue(began);
    this.#connection.turns.sent(bytes, behind);
    return behind;
  }

  #verify(): void {
    const { turns } = this.#host;
    const untilMs = turns.until('verifying');
    while (this.#hasReceipts && !turns.over(untilMs)) this.#perform(this.#conversation.work());
  }

  #send(text: string): void {
    if (this.#connected && this.session.delivery.midMessage) this.#late.push(text);
    else this.#connection.sendText(text);
  }

  #sendLate(): void {
    if (this.#late.length > 0) for (const text of this.#late.splice(0)) this.#send(text);
  }

  /** Whether so many texts wait that no more may be produced. */
  get #hasManyLate(): boolean {
    return this.#late.length >= MOST_LATE;
  }

  get #hasReceipts(): boolean {
    return this.#conversation.hasWork && !this.#held && !this.#hasManyLate;
  }

  #setReading(): void {
    this.#reading = this.#conversation.acceptsInput && !this.#held && !this.#hasManyLate;
    this.#connection.setReading(this.#reading);
  }

  #perform(outputs: readonly ConversationOutput[]): void {
    for (const output of outputs) {
      switch (output.type) {
        case 'send':
          this.#send(output.text);
          break;
        case 'answer':
          output.post.answer(output.answer);
          break;
        case 'answered':
          output.post.answered();
          break;
        case 'ping':
          this.#connection.ping();
          break;
        case 'finish':
          this.#connection.close(CLOSE.done, 'done');
          break;
        case 'close':
          this.close(output.code, output.reason, output.code === CLOSE.done ? 'done' : 'refused');
          break;
        case 'terminate':
          this.#closedBy ??= 'silent';
          this.#connection.terminate();
          break;
        case 'message':
          this.#hooks.tell({ event: 'message', client: this.#conversation.client, text: output.text });
          break;
        case 'receipt':
          this.#hooks.counts.checked(output.verified, output.receipt);
          this.#hooks.tell(receiptEvent(this.#conversation.client, output.receipt, output.verified));
          break;
      }
    }
  }
}
