import type { ConnectionListener, FrameConnection } from '../carriage/connection.ts';
import type { Alarm } from '../host/alarm.ts';
import type { Host } from '../host/host.ts';
import { sendingShare } from '../host/turns.ts';
import { CLOSE } from '../session/close-codes.ts';
import type { Conversation, ConversationOutput } from '../session/conversation/conversation.ts';
import type { Post } from '../session/conversation/post.ts';
import type { ServerSession } from '../session/conversation/server-session.ts';
import type { ClientMessage } from '../session/messages.ts';
import type { SegmentMemory } from '../stream/segment/segment-memory.ts';
import type { Occupant } from './occupants.ts';
import { Outflow } from './outflow.ts';
import { type LeaveReason, leaveReason, receiptEvent, type ServerEvent } from './server-event.ts';
import type { SessionOwner } from './sessions.ts';

export interface StreamPumpHooks {
  tell(event: ServerEvent): void;
  left(reason: LeaveReason): void;
  /** All has been sent and its connection has ended, but the client may report still; `left` follows. */
  lingers(): void;
}

/**
 * Moves bytes between one server session and its connection. It decides nothing: the session knows what is due, the
 * scheduler how much may be done of it at a stretch and whose turn is next, and `Outflow` how it is written.
 */
export class StreamPump implements ConnectionListener, Occupant, SessionOwner {
  readonly session: ServerSession;
  readonly #conversation: Conversation;
  readonly #connection: FrameConnection;
  readonly #host: Host;
  readonly #hooks: StreamPumpHooks;
  readonly #outflow: Outflow;
  readonly #alarm: Alarm;
  readonly #job = (due: boolean): boolean => this.#turn(due);
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
    this.#outflow = new Outflow(session, connection, memory, host);
    this.#alarm = host.alarm(() => this.#ring());
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
    this.#outflow.release();
    this.#soon();
  }

  /** Frames that were being made may have come. */
  framesMade(): void {
    this.#soon();
  }

  /** How many receipts may be posted now. */
  get room(): number {
    return this.#held ? 0 : this.#conversation.room;
  }

  /** Free text, or messages for whose receipts there is room, came by a request of the client's. */
  post(posted: string | readonly ClientMessage[], post: Post): void {
    this.#perform(this.#conversation.post(posted, post, this.#host.now()));
    this.#soon();
  }

  closed(code: number): void {
    this.#connected = false;
    this.#outflow.release();
    // Unless the server has ended it, the client may have blocks to report still.
    const goesOn = this.#closedBy === undefined && this.#conversation.closed(code);
    if (!goesOn) return this.#leave(leaveReason(code, this.session.delivery.done));
    this.#hooks.lingers();
    this.#soon();
  }

  /** Closes the connection for a reason of the server's. */
  close(code: number, reason: string, leaveReason: LeaveReason): void {
    this.#closedBy ??= leaveReason;
    if (this.#connected) this.#connection.close(code, reason);
    else this.#leave(leaveReason);
  }

  stop(): void {
    this.close(CLOSE.restarting, 'the server stops', 'stopped');
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

  /** By turns with all other clients. */
  #soon(): void {
    if (!this.#gone) this.#host.turns.add(this.#job, this.#connection.turns);
  }

  /** Messages come before others' turns, if they are due: to find that thousands are silent must not hold up those who are not. */
  #ring(): void {
    if (this.session.hasDue(this.#host.now())) this.#host.turns.addDue(this.#job, this.#connection.turns);
    else this.#soon();
  }

  /**
   * @param due whether only what is due is to be sent, which comes before all other clients' turns
   * @returns whether there is more to do at once
   */
  #turn(due: boolean): boolean {
    const { session } = this;
    const conversation = this.#conversation;
    const connection = this.#connection;
    const now = this.#host.now();
    if (!this.#reading || connection.hasUnread) conversation.excuse(now);
    const { takesFrames } = connection; // asked before answers wait for the frames that they go out with
    connection.cork();
    this.#perform(conversation.wake(now));
    if (!due) this.#verify();
    const moreToVerify = this.#hasReceipts;
    const bytes = this.#outflow.send(sendingShare(due, moreToVerify), takesFrames);
    conversation.socketIs(connection.hasUnsent, this.#host.now());
    this.#setReading();
    const behind = session.hasDue(now);
    connection.turns.sent(bytes, behind);
    const more = moreToVerify || (this.#outflow.more && behind);
    // What has come to be due meanwhile must not wait for a turn, however much there is to do.
    const canSend = takesFrames && connection.takesFrames; // else it drains
    this.#alarm.set(session.wakeMs(canSend && !(behind && more)));
    return more;
  }

  #verify(): void {
    const { turns } = this.#host;
    const untilMs = turns.until('verifying');
    while (this.#hasReceipts && !turns.over(untilMs)) this.#perform(this.#conversation.work());
  }

  get #hasReceipts(): boolean {
    return this.#conversation.hasWork && !this.#held;
  }

  #setReading(): void {
    this.#reading = this.#conversation.acceptsInput && !this.#held;
    this.#connection.setReading(this.#reading);
  }

  #perform(outputs: readonly ConversationOutput[]): void {
    for (const output of outputs) {
      switch (output.type) {
        case 'send':
          this.#connection.sendText(output.text);
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
          this.#hooks.tell(receiptEvent(this.#conversation.client, output.receipt, output.verified));
          break;
      }
    }
  }
}
