import { POSTED_TYPES, PostFault, readPost } from '../../carriage/http/post-body.ts';
import { CLOSE } from '../../session/close-codes.ts';
import type { Answer } from '../../session/conversation/post.ts';
import { LIMITS } from '../../session/limits.ts';
import type { Counts } from '../clients/counts.ts';
import type { Session, WaitingPost } from '../clients/sessions.ts';
import type { LeaveReason } from '../options/server-event.ts';
import { Refusal } from '../request/refusal.ts';
import type { Visit } from '../request/visit.ts';

/** Handles a POST to a session: reads its body, and answers once everything in it has been checked. */
export function receivePost(visit: Visit, session: Session, counts: Counts): void {
  visit.read(LIMITS.inboundMessageBytes, (body) => {
    const refusal = postTo(session, visit, body);
    if (refusal === undefined) return;
    counts.refused(refusal.status);
    visit.refuse(refusal, () => {});
  });
}

/** @param body undefined if it was too large */
function postTo(session: Session, visit: Visit, body: Uint8Array | undefined): Refusal | undefined {
  if (body === undefined) {
    return new Refusal({
      status: 413,
      sentence: `a body may have at most ${LIMITS.inboundMessageBytes} bytes`,
    });
  }
  const posted = readPost(visit.request.headers, body);
  if (posted instanceof PostFault) {
    const { status, sentence } = posted;
    const headers: Record<string, string> = status === 415 ? { 'Accept-Post': POSTED_TYPES.join(', ') } : {};
    return new Refusal({ status, headers, sentence });
  }
  const isText = typeof posted === 'string';
  const receipts = isText ? 1 : posted.messages.filter(({ type }) => type === 'receipt').length;
  if (!session.over && receipts > session.room) {
    const sentence = `the session has room for ${session.room} receipts now, not for ${receipts}: try again soon`;
    return new Refusal({ status: 429, headers: { 'Retry-After': '1' }, sentence });
  }
  const post = new ReceiptPost(visit, isText);
  if (!isText && posted.unknownTypes.length > 0) post.answer({ type: 'ignored', types: posted.unknownTypes });
  session.post(isText ? posted : posted.messages, post);
  return undefined;
}

/** The codes with which these sessions would have been closed over WebSocket. */
const CODES: Readonly<Partial<Record<LeaveReason, number>>> = {
  stopped: CLOSE.restarting,
  superseded: CLOSE.superseded,
  dismissed: CLOSE.dismissed,
};

/** A request whose body has arrived and whose response is pending. */
class ReceiptPost implements WaitingPost {
  readonly #visit: Visit;
  readonly #isText: boolean;
  readonly #lines: string[] = [];

  constructor(visit: Visit, isText: boolean) {
    this.#visit = visit;
    this.#isText = isText;
  }

  answer(answer: Answer): void {
    this.#lines.push(`${JSON.stringify(answer)}\n`);
  }

  answered(): void {
    const type = this.#isText ? 'text/plain; charset=utf-8' : 'application/x-ndjson';
    const body = { type, text: this.#lines.join('') };
    this.#visit.answer({ status: this.#isText ? 202 : 200, sentence: '', body });
  }

  dropped(reason: LeaveReason): void {
    const sentence = `the session has ended (${reason}): ask for the stream again, and report there`;
    this.#visit.refuse(new Refusal({ status: 409, closeCode: CODES[reason], sentence }), () => {});
  }
}
