import { describe, expect, test } from 'vitest';
import { WEBSOCKET_LINK } from '../../../src/carriage/connection.ts';
import { CLOSE } from '../../../src/session/close-codes.ts';
import { decodeServerMessage, encodeControl } from '../../../src/session/codec.ts';
import type { ConversationOutput } from '../../../src/session/conversation/conversation.ts';
import { ServerSession } from '../../../src/session/conversation/server-session.ts';
import { LIMITS } from '../../../src/session/limits.ts';
import type { Link } from '../../../src/session/link.ts';
import type { Receipt, ServerMessage } from '../../../src/session/messages.ts';
import { parseStreamRequest } from '../../../src/session/stream-request.ts';
import { SegmentCache } from '../../../src/stream/segment/segment-cache.ts';
import { leadingSeq } from '../../../src/stream/seq-prefix.ts';
import { FAKER_VERSION, GENERATOR_VERSION, openStream } from '../../../src/stream/stream.ts';
import { payloadsOf } from '../../simulation/frames.ts';
import { at, WALL_MS } from '../at.ts';
import { honestReceipt } from './honest-receipt.ts';

const HEARTBEAT_MS = 1000;
const BUDGET_BYTES = LIMITS.turnBytes;
const STREAM = openStream('bytes?size=100&seed=7');

/** A session that begins at 0 ms. */
function begun(query = '', options: { plain?: boolean; link?: Partial<Link> } = {}): ServerSession {
  const { plain = false } = options;
  const link = { ...WEBSOCKET_LINK, ...options.link };
  const request = parseStreamRequest(`/bytes?size=100&seed=7&${query}`, { seed: 1, ratePerSecond: 10 });
  const source = new SegmentCache(10_000_000).source(request.stream, 'websocket');
  const settings = { client: 'alice', token: 'secret-1', plain, link, request, source };
  return new ServerSession({ ...settings, heartbeatMs: HEARTBEAT_MS, version: '1.2.3' }, at(0));
}

/** The seqs of all that is due at a moment. */
function taken(session: ServerSession, ms: number): (number | undefined)[] {
  const seqs: (number | undefined)[] = [];
  for (;;) {
    const messages = session.take(at(ms), BUDGET_BYTES);
    if (messages === undefined) return seqs;
    seqs.push(...payloadsOf(messages.bytes).map((payload) => leadingSeq(payload)));
  }
}

function sent(outputs: readonly ConversationOutput[]): (ServerMessage | undefined)[] {
  return outputs.flatMap((output) => (output.type === 'send' ? [decodeServerMessage(output.text)] : []));
}

const receiptOf = (from: number, to: number, block = 1): Receipt => honestReceipt(STREAM, from, to, block);

function receive(session: ServerSession, text: string, ms = 0): ConversationOutput[] {
  return session.conversation.receive(new TextEncoder().encode(text), true, at(ms));
}

/** All that comes of the receipts that wait. */
function worked(session: ServerSession): ConversationOutput[] {
  const outputs: ConversationOutput[] = [];
  while (session.conversation.hasWork) outputs.push(...session.conversation.work());
  return outputs;
}

describe('the welcome', () => {
  test('is the first message, and says what will be sent', () => {
    const outputs = begun('from=5&rate=4').conversation.start();
    expect(outputs).toHaveLength(1);
    expect(sent(outputs)).toEqual([
      {
        type: 'welcome',
        server: '1.2.3',
        client: 'alice',
        token: 'secret-1',
        stream: 'bytes?size=100&seed=7',
        stream_id: STREAM.id,
        generator: GENERATOR_VERSION,
        faker: FAKER_VERSION,
        from: 5,
        rate: 4,
        profile: 'constant',
        t0_ms: WALL_MS,
      },
    ]);
  });

  test('says max', () => {
    expect(sent(begun('rate=max').conversation.start())).toEqual([expect.objectContaining({ rate: 'max' })]);
  });

  test('says the profile in full, and the last rate of a ramp', () => {
    const welcomed = (query: string) => sent(begun(query).conversation.start())[0];
    expect(welcomed('profile=jitter&rate=4')).toMatchObject({ rate: 4, profile: 'jitter:1' });
    expect(welcomed('profile=ramp:1-1k/1m')).toMatchObject({ rate: 1000, profile: 'ramp:1-1000/60s' });
  });

  test('says when its first message is due by the profile', () => {
    const [welcome] = sent(begun('profile=jitter').conversation.start());
    expect(welcome).toMatchObject({ t0_ms: WALL_MS + begun('profile=jitter').wakeMs(true) });
  });

  test('is not sent to a plain client', () => {
    expect(begun('', { plain: true }).conversation.start()).toEqual([]);
  });
});

describe('the end of the delivery', () => {
  test('once sent, a plain client is closed with 1000', () => {
    const session = begun('count=3', { plain: true });
    expect(session.conversation.wake(at(0))).toEqual([]);
    taken(session, 200);
    expect(session.wakeMs(true)).toBeLessThanOrEqual(200);
    expect(session.conversation.wake(at(200))).toEqual([{ type: 'close', code: CLOSE.done, reason: 'done' }]);
    expect(session.conversation.wake(at(201))).toEqual([]);
    expect(session.wakeMs(true)).toBe(Number.POSITIVE_INFINITY);
  });

  test('once sent, a client of tidemark.v1 is left time for its receipts', () => {
    const session = begun('count=3');
    taken(session, 200);
    expect(session.conversation.wake(at(200))).toEqual([]);
    receive(session, encodeControl(receiptOf(0, 2)), 300);
    expect(sent(worked(session))).toEqual([{ type: 'verified', block: 1 }]);
  });

  test('once sent, a client that only answers pings is closed with 4408', () => {
    const session = begun('count=3');
    taken(session, 500);
    expect(session.conversation.wake(at(1000))).toEqual([{ type: 'ping' }]);
    session.conversation.heard(at(1001));
    expect(session.conversation.wake(at(2499))).toEqual([{ type: 'ping' }]);
    session.conversation.heard(at(2499.5));
    expect(session.wakeMs(true)).toBe(2500);
    expect(session.conversation.wake(at(2500))).toEqual([
      { type: 'close', code: CLOSE.idle, reason: 'all has been sent, and nothing has come back' },
    ]);
  });

  test('a message puts that off', () => {
    const session = begun('count=3');
    taken(session, 500);
    receive(session, 'still here', 2000);
    session.conversation.heard(at(3900));
    expect(session.conversation.wake(at(3999))).not.toContainEqual(
      expect.objectContaining({ type: 'close' }),
    );
    session.conversation.heard(at(3999));
    expect(session.conversation.wake(at(4000))).toEqual([expect.objectContaining({ code: CLOSE.idle })]);
  });
});

test('a slow client is given time to read all that was sent, and then to report it', () => {
  const session = begun('count=5000&rate=max');
  let bytes = 0;
  while (!session.delivery.done) bytes += session.take(at(500), BUDGET_BYTES)?.bytes.length ?? 0;
  const idleMs = 500 + (bytes / LIMITS.slowReaderBytesPerSecond) * 1000 + HEARTBEAT_MS;
  expect(idleMs).toBeGreaterThan(20_000);
  for (let ms = 1000; ms < idleMs; ms += 1000) {
    expect(session.conversation.wake(at(ms))).toEqual([{ type: 'ping' }]);
    session.conversation.heard(at(ms)); // another sign of life than a pong
  }
  expect(session.conversation.wake(at(idleMs))).toEqual([expect.objectContaining({ code: CLOSE.idle })]);
});

describe('heartbeats', () => {
  test('a client that has much to read before it comes to a ping is waited for', () => {
    const session = begun('rate=max');
    let bytes = 0;
    while (bytes <= LIMITS.unreadBytes) bytes += session.take(at(0), BUDGET_BYTES)?.bytes.length ?? 0;
    expect(session.conversation.wake(at(1000))).toEqual([{ type: 'ping' }]);
    for (let ms = 2000; ms < 257_000; ms += 1000)
      expect(session.conversation.wake(at(ms))).toEqual([{ type: 'ping' }]);
    expect(session.conversation.wake(at(257_000))).toEqual([{ type: 'terminate' }]);
  });

  test('room in a full socket is a sign of life', () => {
    const session = begun('rate=0.0001');
    taken(session, 0);
    session.conversation.socketIs(true, at(500));
    expect(session.conversation.wake(at(1000))).toEqual([{ type: 'ping' }]);
    session.conversation.socketIs(false, at(1500));
    expect(session.conversation.wake(at(2000))).toEqual([{ type: 'ping' }]);
    expect(session.conversation.wake(at(3500))).toEqual([{ type: 'terminate' }]);
  });

  test('a client that is silent for two intervals is dropped', () => {
    const session = begun('rate=0.0001');
    taken(session, 0);
    expect(session.wakeMs(true)).toBe(1000);
    expect(session.conversation.wake(at(1000))).toEqual([{ type: 'ping' }]);
    expect(session.wakeMs(true)).toBe(2000);
    expect(session.conversation.wake(at(2000))).toEqual([{ type: 'terminate' }]);
    expect(session.conversation.wake(at(3000))).toEqual([]);
    expect(session.wakeMs(true)).toBe(Number.POSITIVE_INFINITY);
    expect(session.take(at(1e9), BUDGET_BYTES)).toBeUndefined();
  });

  test('a plain client is pinged too, and dropped when it is silent', () => {
    const session = begun('rate=0.0001', { plain: true });
    taken(session, 0);
    expect(session.conversation.wake(at(1000))).toEqual([{ type: 'ping' }]);
    expect(session.conversation.wake(at(2000))).toEqual([{ type: 'terminate' }]);
  });

  test('one that vanished after all was sent is dropped, not closed', () => {
    const session = begun('count=3');
    taken(session, 500);
    expect(session.delivery.done).toBe(true);
    expect(session.conversation.wake(at(1000))).toEqual([{ type: 'ping' }]);
    expect(session.wakeMs(true)).toBe(2000);
    expect(session.conversation.wake(at(2000))).toEqual([{ type: 'terminate' }]);
    expect(session.wakeMs(true)).toBe(Number.POSITIVE_INFINITY);
  });

  test('dropped wins over closed when both are due at one moment', () => {
    const session = begun('count=3&rate=max');
    taken(session, 0);
    expect(session.conversation.wake(at(1000))).toEqual([{ type: 'ping' }]);
    expect(session.conversation.wake(at(2000))).toEqual([{ type: 'terminate' }]);
  });

  test('one that answers is not', () => {
    const session = begun('rate=0.0001');
    for (let ms = 1000; ms < 100_000; ms += 1000) {
      expect(session.conversation.wake(at(ms))).toEqual([{ type: 'ping' }]);
      session.conversation.heard(at(ms + 1));
    }
  });
});

describe('what a client sends', () => {
  test.each([true, false])('text is told (plain: %s)', (plain) => {
    const session = begun('', { plain });
    expect(receive(session, 'hello')).toEqual([{ type: 'message', text: 'hello' }]);
    expect(receive(session, '')).toEqual([{ type: 'message', text: '' }]);
  });

  test('in plain mode a control message is text too', () => {
    const text = encodeControl(receiptOf(0, 0));
    const session = begun('', { plain: true });
    expect(receive(session, text)).toEqual([{ type: 'message', text }]);
    expect(session.conversation.hasWork).toBe(false);
  });

  test.each([true, false])('binary is refused (plain: %s)', (plain) => {
    const session = begun('', { plain });
    expect(session.conversation.receive(Uint8Array.of(1), false, at(0))).toEqual([
      { type: 'close', code: CLOSE.badParameters, reason: 'only text messages are taken from clients' },
    ]);
  });

  test.each([
    ['\u001e{', 'a control message is not JSON'],
    ['\u001e', 'a control message is not JSON'],
    ['\u001e[]', 'a control message is not a JSON object'],
    ['\u001e{"block":1}', 'a control message has no "type"'],
  ])('%j is refused with 4400', (text, reason) => {
    const session = begun();
    expect(receive(session, text)).toEqual([{ type: 'close', code: CLOSE.badParameters, reason }]);
    expect(receive(session, 'more')).toEqual([]);
    expect(session.take(at(1000), BUDGET_BYTES)).toBeUndefined();
  });

  test('a receipt with a fault is refused with its field', () => {
    const { count: _, ...rest } = receiptOf(0, 0);
    const [output] = receive(begun(), `\u001e${JSON.stringify(rest)}`);
    expect(output).toMatchObject({ type: 'close', code: CLOSE.badParameters });
    expect(output).toHaveProperty('reason', expect.stringMatching(/^receipt: count: /));
  });

  test('a control message of a later version is ignored', () => {
    const session = begun();
    expect(receive(session, '\u001e{"type":"clock","t1":0}')).toEqual([]);
    expect(session.conversation.hasWork).toBe(false);
  });
});

describe('receipts', () => {
  test('of what was sent are verified', () => {
    const session = begun('rate=max&count=20');
    taken(session, 0);
    expect(receive(session, encodeControl(receiptOf(0, 4)))).toEqual([]);
    expect(session.conversation.hasWork).toBe(true);
    const outputs = worked(session);
    expect(outputs[0]).toEqual({ type: 'receipt', receipt: receiptOf(0, 4), verified: true });
    expect(sent(outputs)).toEqual([{ type: 'verified', block: 1 }]);
    expect(session.conversation.blocks).toBe(1);
  });

  test('of anything else are answered with a mismatch, and the connection goes on', () => {
    const session = begun('rate=max&count=20');
    taken(session, 0);
    const wrong = { ...receiptOf(0, 4), crc32: '00000000' };
    receive(session, encodeControl(wrong));
    receive(session, encodeControl(receiptOf(5, 9, 2)));
    const outputs = worked(session);
    expect(outputs[0]).toEqual({ type: 'receipt', receipt: wrong, verified: false });
    expect(sent(outputs)).toMatchObject([
      { type: 'mismatch', block: 1, from: 0, to: 4, received_crc32: '00000000' },
      { type: 'verified', block: 2 },
    ]);
    expect(session.conversation.blocks).toBe(1);
  });

  test('of what was not sent yet are wrong, even if it is sent a moment later', () => {
    const session = begun();
    expect(taken(session, 0)).toEqual([0]);
    receive(session, encodeControl(receiptOf(0, 1)));
    taken(session, 1000);
    expect(sent(worked(session))).toMatchObject([
      { type: 'mismatch', reason: 'seq 1 has not been sent, only those below 1' },
    ]);
  });

  test('of what an earlier connection sent are verified', () => {
    const session = begun('from=10');
    receive(session, encodeControl(receiptOf(3, 9, 2)));
    expect(sent(worked(session))).toEqual([{ type: 'verified', block: 2 }]);
  });

  test('that wait hold the input back at a limit', () => {
    const session = begun('rate=max&count=100');
    taken(session, 0);
    for (let block = 1; block < LIMITS.waitingReceipts; block++) {
      receive(session, encodeControl(receiptOf(0, 0, block)));
    }
    expect(session.conversation.acceptsInput).toBe(true);
    receive(session, encodeControl(receiptOf(0, 0, LIMITS.waitingReceipts)));
    expect(session.conversation.acceptsInput).toBe(false);
    session.conversation.work();
    expect(session.conversation.acceptsInput).toBe(true);
  });

  test('without any there is nothing to do', () => {
    const session = begun();
    expect(session.conversation.hasWork).toBe(false);
    expect(session.conversation.work()).toEqual([]);
  });
});

test('messages that are due are no reason to wake while the socket takes none', () => {
  const session = begun();
  expect(session.wakeMs(true)).toBe(0);
  expect(session.wakeMs(false)).toBe(HEARTBEAT_MS);
});

describe('a link', () => {
  test('without pings is not pinged, and its silence means nothing', () => {
    const session = begun('rate=0.0001', { link: { ping: false } });
    taken(session, 0);
    expect(session.wakeMs(true)).toBe(10_000_000);
    for (let ms = 0; ms < 10_000_000; ms += 1_000_000) expect(session.conversation.wake(at(ms))).toEqual([]);
  });

  test('that can not be paused has receipts refused that come too fast', () => {
    const session = begun('rate=max&count=100', { link: { pause: false } });
    taken(session, 0);
    const outputs = Array.from({ length: LIMITS.waitingReceipts + 1 }, (_, i) =>
      receive(session, encodeControl(receiptOf(0, 0, i + 1))),
    ).flat();
    const reason = `more than ${LIMITS.waitingReceipts} receipts wait to be verified`;
    expect(outputs).toEqual([{ type: 'close', code: CLOSE.badParameters, reason }]);
  });
});
