import { Delivery, type Taken } from '../../delivery/delivery.ts';
import type { DeliveryRequest } from '../../delivery/delivery-request.ts';
import type { Instant } from '../../measure/instant.ts';
import type { SegmentSource } from '../../stream/segment/segment-cache.ts';
import { Conversation, type ConversationSettings } from './conversation.ts';

/** What a session is created with. */
export interface ServerSessionSettings extends ConversationSettings {
  readonly request: DeliveryRequest;
  readonly source: SegmentSource;
}

/**
 * One client's connection, as the server sees it: a delivery, and the conversation about it. It tells the conversation
 * what was taken of the delivery, and nothing is taken once the conversation is over. All that the two remember of what
 * was sent is a cursor.
 *
 * The caller writes what `take` returns, for as long as the socket accepts it, does what the conversation asks for, and
 * turns to both again at `wakeMs`.
 */
export class ServerSession {
  readonly delivery: Delivery;
  readonly conversation: Conversation;

  constructor(settings: ServerSessionSettings, now: Instant) {
    this.delivery = new Delivery(settings.request, settings.source, now);
    this.conversation = new Conversation(settings, this.delivery, now);
  }

  /** Whether messages that were due by then are still to be sent. */
  hasDue(then: Instant): boolean {
    return !this.conversation.over && this.delivery.hasDue(then);
  }

  /** The next messages that are due, to be sent at once: as `Delivery` gives them. */
  take(now: Instant, mostBytes: number, mostPartBytes?: number): Taken | undefined {
    if (this.conversation.over) return undefined;
    const taken = this.delivery.take(now, mostBytes, mostPartBytes);
    if (taken === undefined) return undefined;
    const { from, to } = taken.part ?? { from: 0, to: taken.bytes.length };
    this.conversation.sent(to - from, now);
    return taken;
  }

  /**
   * When to take next, and to wake the conversation.
   *
   * @param canSend whether the socket accepts data; while it does not, due messages are no reason to wake
   */
  wakeMs(canSend: boolean): number {
    const { conversation, delivery } = this;
    return canSend && !conversation.over
      ? Math.min(delivery.wakeMs, conversation.wakeMs)
      : conversation.wakeMs;
  }
}
