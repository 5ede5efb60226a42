import { describe, expect, test } from 'vitest';
import { WEBSOCKET_LINK } from '../../../src/carriage/connection.ts';
import { CLOSE } from '../../../src/session/close-codes.ts';
import type { ConversationOutput } from '../../../src/session/conversation/conversation.ts';
import type { Answer, Post } from '../../../src/session/conversation/post.ts';
import { ServerSession } from '../../../src/session/conversation/server-session.ts';
import { LIMITS } from '../../../src/session/limits.ts';
import type { Link } from '../../../src/session/link.ts';
import type { ClientMessage, Receipt } from '../../../src/session/messages.ts';
import { parseStreamRequest } from '../../../src/session/stream-request.ts';
import { SegmentCache } from '../../../src/stream/segment/segment-cache.ts';
import { openStream } from '../../../src/stream/stream.ts';
import { at, WALL_MS } from '../at.ts';
import { honestReceipt } from './honest-receipt.ts';

const HEARTBEAT_MS = 1000;
const STREAM = openStream('bytes?size=100&seed=7');
/** What goes to the client goes alone: what it says comes beside it. */
const ONE_WAY: Link = { ...WEBSOCKET_LINK, ping: false, halfClose: true };

/** A session that begins at 0 ms. */
function begun(query = '', { plain = false, link = ONE_WAY } = {}): ServerSession {
  const request = parseStreamRequest(`/bytes?size=100&seed=7&${query}`, { seed: 1, ratePerSecond: 10 });
  const source = new SegmentCache(10_000_000).source(request.stream, 'lines');
  const settings = { client: 'alice', token: 'secret-1', plain, link, request, source };
  return new ServerSession({ ...settings, heartbeatMs: HEARTBEAT_MS, version: '1.2.3' }, at(0));
}

/** The same when all that is due by then has been sent. */
function sentBy(ms: number, query: string, options?: { plain?: boolean; link?: Link }): ServerSession {
  const session = begun(query, options);
  while (session.take(at(ms), LIMITS.turnBytes) !== undefined);
  return session;
}

const receiptOf = (from: number, to: number, block = 1): Receipt => honestReceipt(STREAM, from, to, block);

/** A request, and what it has been told. */
class TestPost implements Post {
  readonly answers: Answer[] = [];
  isAnswered = false;

  answer(answer: Answer): void {
    this.answers.push(answer);
  }

  answered(): void {
    this.isAnswered = true;
  }
}

/** Carries out what concerns posts, as the pump does. @returns what is left */
function carriedOut(outputs: readonly ConversationOutput[]): ConversationOutput[] {
  return outputs.filter((output) => {
    if (output.type === 'answer') output.post.answer(output.answer);
    else if (output.type === 'answered') output.post.answered();
    else return true;
    return false;
  });
}

function posted(session: ServerSession, messages: string | readonly ClientMessage[], ms = 0) {
  const post = new TestPost();
  const outputs = carriedOut(session.conversation.post(messages, post, at(ms)));
  return { post, outputs };
}

/** All that comes of the receipts that wait. */
function worked(session: ServerSession): ConversationOutput[] {
  const outputs: ConversationOutput[] = [];
  while (session.conversation.hasWork) outputs.push(...carriedOut(session.conversation.work()));
  return outputs;
}

test('the welcome says how long a server is quiet at most where its client has no pings to ask by', () => {
  const welcomed = (link: Link) => {
    const [output] = begun('', { link }).conversation.start();
    return JSON.parse(output?.type === 'send' ? output.text.slice(1) : '') as object;
  };
  expect(welcomed(ONE_WAY)).toMatchObject({ keep_alive_ms: HEARTBEAT_MS });
  expect(welcomed(WEBSOCKET_LINK)).not.toHaveProperty('keep_alive_ms');
});

describe('what is posted', () => {
  test('a receipt is answered where it came from, once it has been checked', () => {
    const session = sentBy(0, 'rate=max&count=20');
    const { post, outputs } = posted(session, [receiptOf(0, 4)]);
    expect(outputs).toEqual([]);
    expect(post).toEqual({ answers: [], isAnswered: false });
    expect(worked(session)).toEqual([{ type: 'receipt', receipt: receiptOf(0, 4), verified: true }]);
    expect(post).toEqual({ answers: [{ type: 'verified', block: 1 }], isAnswered: true });
    expect(session.conversation.blocks).toBe(1);
  });

  test('a wrong one is answered by its mismatch, beside those that are right', () => {
    const session = sentBy(0, 'rate=max&count=20');
    const wrong = { ...receiptOf(2, 3, 2), crc32: '00000000' };
    const { post } = posted(session, [receiptOf(0, 1), wrong, receiptOf(4, 5, 3)]);
    const told = worked(session);
    expect(told.map((output) => output.type === 'receipt' && output.verified)).toEqual([true, false, true]);
    expect(post.answers).toMatchObject([
      { type: 'verified', block: 1 },
      { type: 'mismatch', block: 2 },
      { type: 'verified', block: 3 },
    ]);
    expect(post.isAnswered).toBe(true);
  });

  test('two posts whose blocks join get each its own answer, and the first is not kept waiting', () => {
    const session = sentBy(0, 'rate=max&count=20');
    const first = posted(session, [receiptOf(0, 1), receiptOf(2, 3, 2)]).post;
    const second = posted(session, [receiptOf(4, 5, 3), receiptOf(6, 7, 4)]).post;
    for (let step = 0; step < 100 && !first.isAnswered; step++) carriedOut(session.conversation.work());
    expect(first.isAnswered).toBe(true);
    expect(first.answers).toEqual([{ type: 'verified', block: 2 }]);
    expect(second).toEqual({ answers: [], isAnswered: false });
    worked(session);
    expect(second).toEqual({ answers: [{ type: 'verified', block: 4 }], isAnswered: true });
  });

  test('a mismatch in one post does not say that another is answered', () => {
    const session = sentBy(0, 'rate=max&count=20');
    const first = posted(session, [{ ...receiptOf(0, 1), crc32: '00000000' }]).post;
    const second = posted(session, [receiptOf(2, 3, 2)]).post;
    carriedOut(session.conversation.work());
    expect([first.isAnswered, second.isAnswered]).toEqual([true, false]);
    worked(session);
    expect(first.answers).toMatchObject([{ type: 'mismatch', block: 1 }]);
    expect(second.answers).toEqual([{ type: 'verified', block: 2 }]);
  });

  test('beside a link over which receipts come, each way gets its own answers', () => {
    const session = sentBy(0, 'rate=max&count=20', { link: WEBSOCKET_LINK });
    const overTheLink = new TextEncoder().encode(`\u001e${JSON.stringify(receiptOf(0, 1))}`);
    session.conversation.receive(overTheLink, true, at(0));
    const { post } = posted(session, [receiptOf(2, 3, 2)]);
    expect(worked(session).filter(({ type }) => type === 'send')).toEqual([
      { type: 'send', text: '\u001e{"type":"verified","block":1}' },
    ]);
    expect(post.answers).toEqual([{ type: 'verified', block: 2 }]);
  });

  test('more than 16 blocks get more than one answer', () => {
    const session = sentBy(0, 'rate=max&count=100');
    const receipts = Array.from({ length: 40 }, (_, i) => receiptOf(2 * i, 2 * i + 1, i + 1));
    const { post } = posted(session, receipts);
    worked(session);
    expect(post.answers.at(-1)).toEqual({ type: 'verified', block: 40 });
    expect(post.isAnswered).toBe(true);
  });

  test('of what was not sent yet is wrong, even if it is sent a moment later', () => {
    const session = sentBy(0, '');
    const { post } = posted(session, [receiptOf(0, 1)]);
    while (session.take(at(1000), LIMITS.turnBytes) !== undefined);
    worked(session);
    expect(post.answers).toMatchObject([
      { type: 'mismatch', reason: 'seq 1 has not been sent, only those below 1' },
    ]);
  });

  test('text is told, and answered at once', () => {
    const { post, outputs } = posted(begun(), 'hello');
    expect(outputs).toEqual([{ type: 'message', text: 'hello' }]);
    expect(post).toEqual({ answers: [], isAnswered: true });
  });

  test('a question for the time is answered at once, with the times of its blocks from then on', () => {
    const session = begun('rate=max&count=20');
    const { post } = posted(session, [{ type: 'clock_request', t1_ms: 5 }], 3);
    const timeMs = WALL_MS + 3;
    expect(post).toEqual({
      answers: [{ type: 'clock', t1_ms: 5, t2_ms: timeMs, t3_ms: timeMs }],
      isAnswered: true,
    });
    while (session.take(at(4), LIMITS.turnBytes) !== undefined);
    const reported = posted(session, [receiptOf(0, 4)]).post;
    worked(session);
    expect(reported.answers).toEqual([{ type: 'verified', block: 1, sent_ms: [WALL_MS + 4] }]);
  });

  test('too many questions for the time get an empty answer', () => {
    const session = begun();
    const ask = () => posted(session, [{ type: 'clock_request', t1_ms: 5 }]).post;
    for (let asked = 0; asked < LIMITS.clockAnswersPerSecond; asked++) expect(ask().answers).toHaveLength(1);
    expect(ask()).toEqual({ answers: [], isAnswered: true });
  });

  test('nothing at all is answered', () => {
    expect(posted(begun(), []).post).toEqual({ answers: [], isAnswered: true });
  });

  test('there is room for as many receipts as may wait', () => {
    const session = sentBy(0, 'rate=max&count=20');
    expect(session.conversation.room).toBe(LIMITS.waitingReceipts);
    posted(session, [receiptOf(0, 1), receiptOf(2, 3, 2)]);
    expect(session.conversation.room).toBe(LIMITS.waitingReceipts - 2);
    worked(session);
    expect(session.conversation.room).toBe(LIMITS.waitingReceipts);
  });

  test.each([true, false])(
    'counts in plain mode, too, as it says by itself what it is (plain: %s)',
    (plain) => {
      const session = sentBy(0, 'rate=max&count=20', { plain });
      const { post } = posted(session, [receiptOf(0, 4)]);
      worked(session);
      expect(post.answers).toEqual([{ type: 'verified', block: 1 }]);
    },
  );
});

describe('once all has been sent', () => {
  const last = receiptOf(0, 2);

  test('what goes to the client ends at once, and it may report', () => {
    const session = sentBy(200, 'count=3');
    expect(session.wakeMs(true)).toBeLessThanOrEqual(200);
    expect(session.conversation.wake(at(200))).toEqual([{ type: 'finish' }]);
    expect(session.conversation.closed(CLOSE.done)).toBe(true);
    expect(session.conversation.wake(at(201))).toEqual([]);
    const { post } = posted(session, [receiptOf(0, 1)], 300);
    expect(worked(session)).toEqual([{ type: 'receipt', receipt: receiptOf(0, 1), verified: true }]);
    expect(post.answers).toEqual([{ type: 'verified', block: 1 }]);
    expect(session.conversation.over).toBe(false);
  });

  test('and reported, the conversation is over, behind its answers', () => {
    const session = sentBy(200, 'count=3');
    session.conversation.wake(at(200));
    session.conversation.closed(CLOSE.done);
    const post = new TestPost();
    session.conversation.post([last], post, at(300));
    expect(session.conversation.work()).toEqual([
      { type: 'receipt', receipt: last, verified: true },
      { type: 'answer', post, answer: { type: 'verified', block: 1 } },
      { type: 'answered', post },
      { type: 'close', code: CLOSE.done, reason: 'done' },
    ]);
    expect(session.conversation.over).toBe(true);
    expect(session.conversation.room).toBe(0);
    expect(session.wakeMs(true)).toBe(Number.POSITIVE_INFINITY);
  });

  test('the same if the last block was wrong: it has been reported', () => {
    const session = sentBy(200, 'count=3');
    session.conversation.wake(at(200));
    posted(session, [{ ...last, crc32: '00000000' }], 300);
    expect(worked(session).at(-1)).toEqual({ type: 'close', code: CLOSE.done, reason: 'done' });
  });

  test('the last receipt may come before the end is known', () => {
    const session = sentBy(200, 'count=3');
    posted(session, [last], 200);
    worked(session);
    expect(session.conversation.wake(at(200))).toEqual([{ type: 'finish' }]);
    expect(session.conversation.closed(CLOSE.done)).toBe(false);
    expect(session.conversation.over).toBe(true);
  });

  test('what goes to the client ends, though receipts are still being checked', () => {
    const session = sentBy(200, 'count=3');
    const { post } = posted(session, [last], 200);
    expect(session.conversation.wake(at(200))).toEqual([{ type: 'finish' }]);
    expect(session.conversation.closed(CLOSE.done)).toBe(true);
    worked(session);
    expect(post.answers).toEqual([{ type: 'verified', block: 1 }]);
    expect(session.conversation.over).toBe(true);
  });

  test('a client has as long to report as over any link, and each request puts that off', () => {
    const session = sentBy(200, 'count=3');
    session.conversation.wake(at(200));
    session.conversation.closed(CLOSE.done);
    expect(session.wakeMs(true)).toBe(200 + 2 * HEARTBEAT_MS);
    posted(session, 'still here', 1000);
    expect(session.wakeMs(true)).toBe(1000 + 2 * HEARTBEAT_MS);
    expect(session.conversation.wake(at(2999))).toEqual([]);
    expect(session.conversation.wake(at(3000))).toEqual([
      { type: 'close', code: CLOSE.done, reason: 'done' },
    ]);
    expect(session.conversation.over).toBe(true);
  });

  test('a client whose connection broke before its end is gone', () => {
    const session = sentBy(200, 'count=3');
    session.conversation.wake(at(200));
    expect(session.conversation.closed(1006)).toBe(false);
    expect(session.conversation.room).toBe(0);
  });

  test('one that broke earlier is gone as well', () => {
    const session = sentBy(0, 'count=3');
    expect(session.conversation.closed(CLOSE.done)).toBe(false);
  });

  test('a plain client is closed, once what it reported has been checked', () => {
    const session = sentBy(200, 'count=3', { plain: true });
    const { post } = posted(session, [last], 200);
    expect(session.conversation.wake(at(200))).toEqual([]);
    worked(session);
    expect(post.isAnswered).toBe(true);
    expect(session.wakeMs(true)).toBeLessThanOrEqual(200);
    expect(session.conversation.wake(at(200))).toEqual([{ type: 'close', code: CLOSE.done, reason: 'done' }]);
  });

  test('a client that comes back for nothing but its last answers can report before', () => {
    const session = begun('from=3&count=0');
    expect(session.conversation.wake(at(0))).toEqual([{ type: 'finish' }]);
    expect(session.conversation.closed(CLOSE.done)).toBe(true);
    posted(session, [last], 100);
    expect(worked(session).at(-1)).toMatchObject({ type: 'close', code: CLOSE.done });
  });

  test('nobody who asked for nothing is waited for', () => {
    const session = begun('count=0');
    session.conversation.wake(at(0));
    expect(session.conversation.closed(CLOSE.done)).toBe(false);
  });
});
