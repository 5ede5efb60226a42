import { POSTED_TYPES, type Posted, PostFault, readPost } from '../../carriage/http/post-body.ts';
import { CLOSE } from '../../session/close-codes.ts';
import type { Answer } from '../../session/conversation/post.ts';
import { LIMITS } from '../../session/limits.ts';
import type { Counts } from '../clients/counts.ts';
import type { Session, WaitingPost } from '../clients/sessions.ts';
import { receiptsIn } from '../cluster/post-here.ts';
import type { PostOutcome, PostQuestion } from '../cluster/question.ts';
import { noSuchSession } from '../door/admission.ts';
import type { LeaveReason } from '../options/server-event.ts';
import { Refusal } from '../request/refusal.ts';
import type { Visit } from '../request/visit.ts';

/** Handles a POST to a session: reads its body, and answers once everything in it has been checked. */
export function receivePost(visit: Visit, session: Session, counts: Counts): void {
  read(visit, counts, (posted, post) => {
    const receipts = receiptsIn(posted);
    if (!session.over && receipts > session.room) return crowded(session.room, receipts);
    session.post(posted, post);
    return undefined;
  });
}

/**
 * Handles a POST to a session of another member.
 *
 * @param pass passes on what was posted; resolves with undefined if that member can't be reached
 */
export function passPost(
  visit: Visit,
  counts: Counts,
  pass: (posted: PostQuestion['posted']) => Promise<PostOutcome | undefined>,
): void {
  read(visit, counts, async (posted, post) => {
    const outcome = await pass(posted);
    switch (outcome?.became) {
      case 'answered':
        for (const answer of outcome.answers) post.answer(answer);
        post.answered();
        return undefined;
      case 'dropped':
        post.dropped(outcome.reason);
        return undefined;
      case 'refused':
        return crowded(outcome.room, receiptsIn(posted));
      default:
        return noSuchSession();
    }
  });
}

/** @param take takes what was posted. @returns why it is refused; undefined if the post is answered */
function read(
  visit: Visit,
  counts: Counts,
  take: (posted: PostQuestion['posted'], post: ReceiptPost) => MaybeLater<Refusal | undefined>,
): void {
  const refuse = (refusal: Refusal | undefined) => {
    if (refusal === undefined) return;
    counts.refused(refusal.status);
    visit.refuse(refusal, () => {});
  };
  visit.read(LIMITS.inboundMessageBytes, (body) => {
    const posted = postedIn(visit, body);
    if (posted instanceof Refusal) return refuse(posted);
    const isText = typeof posted === 'string';
    const post = new ReceiptPost(visit, isText);
    if (!isText && posted.unknownTypes.length > 0) {
      post.answer({ type: 'ignored', types: posted.unknownTypes });
    }
    const taken = take(isText ? posted : posted.messages, post);
    if (taken instanceof Promise) void taken.then(refuse);
    else refuse(taken);
  });
}

type MaybeLater<T> = T | Promise<T>;

/** @param body undefined if it was too large */
function postedIn(visit: Visit, body: Uint8Array | undefined): Posted | Refusal {
  if (body === undefined) {
    return new Refusal({
      status: 413,
      sentence: `a body may have at most ${LIMITS.inboundMessageBytes} bytes`,
    });
  }
  const posted = readPost(visit.request.headers, body);
  if (!(posted instanceof PostFault)) return posted;
  const { status, sentence } = posted;
  const headers: Record<string, string> = status === 415 ? { 'Accept-Post': POSTED_TYPES.join(', ') } : {};
  return new Refusal({ status, headers, sentence });
}

function crowded(room: number, receipts: number): Refusal {
  const sentence = `the session has room for ${room} receipts now, not for ${receipts}: try again soon`;
  return new Refusal({ status: 429, headers: { 'Retry-After': '1' }, sentence });
}

/** The codes with which these sessions would have been closed over WebSocket. */
const CODES: Readonly<Partial<Record<LeaveReason, number>>> = {
  stopped: CLOSE.restarting,
  superseded: CLOSE.superseded,
  revoked: CLOSE.restarting,
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
