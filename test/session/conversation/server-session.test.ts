import { describe, expect, test } from 'vitest';
import { LIVE_EPOCH_MS } from '../../../src/delivery/schedule.ts';
import { CLOSE } from '../../../src/session/close-codes.ts';
import { decodeServerMessage, encodeControl } from '../../../src/session/codec.ts';
import { type ServerOutput, ServerSession } from '../../../src/session/conversation/server-session.ts';
import { LIMITS } from '../../../src/session/limits.ts';
import type { Receipt, ServerMessage } from '../../../src/session/messages.ts';
import { receiptSentence } from '../../../src/session/receipt.ts';
import { parseStreamRequest } from '../../../src/session/stream-request.ts';
import { crc32Hex, digestMessage } from '../../../src/stream/digest.ts';
import { SegmentCache } from '../../../src/stream/segment/segment-cache.ts';
import { leadingSeq } from '../../../src/stream/seq-prefix.ts';
import { FAKER_VERSION, GENERATOR_VERSION, openStream } from '../../../src/stream/stream.ts';
import { payloadsOf } from '../../simulation/frames.ts';
import { at, WALL_MS } from '../at.ts';

const HEARTBEAT_MS = 1000;
const BUDGET_BYTES = LIMITS.turnBytes;
const STREAM = openStream('bytes?size=100&seed=7');

/** A session that begins at 0 ms. */
function begun(query = '', options: { plain?: boolean; wallMs?: number } = {}): ServerSession {
  const { plain = false, wallMs = WALL_MS } = options;
  const request = parseStreamRequest(`/bytes?size=100&seed=7&${query}`, { seed: 1, ratePerSecond: 10 });
  const source = new SegmentCache(10_000_000).source(request.stream);
  const settings = { client: 'alice', token: 'secret-1', plain, request, source };
  return new ServerSession(
    { ...settings, heartbeatMs: HEARTBEAT_MS, version: '1.2.3' },
    { wallMs, monotonicMs: 0 },
  );
}

/** The seqs of all that is due at a moment. */
function taken(session: ServerSession, ms: number): (number | undefined)[] {
  const seqs: (number | undefined)[] = [];
  for (;;) {
    const frames = session.takeFrames(at(ms), BUDGET_BYTES);
    if (frames === undefined) return seqs;
    seqs.push(...payloadsOf(frames).map((payload) => leadingSeq(payload)));
  }
}

function sent(outputs: readonly ServerOutput[]): (ServerMessage | undefined)[] {
  return outputs.flatMap((output) => (output.type === 'send' ? [decodeServerMessage(output.text)] : []));
}

function receiptOf(from: number, to: number, block = 1): Receipt {
  let crc = 0;
  let bytes = 0;
  for (let seq = from; seq <= to; seq++) {
    const payload = STREAM.message(seq);
    crc = digestMessage(payload, true, crc);
    bytes += payload.length;
  }
  const facts = { block, from, to, count: to - from + 1, bytes, elapsed_ms: 2, crc32: crc32Hex(crc) };
  return { type: 'receipt', ...facts, interrupted: false, text: receiptSentence('alice', block, 2) };
}

function receive(session: ServerSession, text: string, ms = 0): ServerOutput[] {
  return session.receive(new TextEncoder().encode(text), true, at(ms));
}

/** All that comes of the receipts that wait. */
function worked(session: ServerSession): ServerOutput[] {
  const outputs: ServerOutput[] = [];
  while (session.hasWork) outputs.push(...session.work());
  return outputs;
}

describe('the welcome', () => {
  test('is the first message, and says what will be sent', () => {
    const outputs = begun('from=5&rate=4').start();
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
    expect(sent(begun('rate=max').start())).toEqual([expect.objectContaining({ rate: 'max' })]);
  });

  test('says the profile in full, and the last rate of a ramp', () => {
    const welcomed = (query: string) => sent(begun(query).start())[0];
    expect(welcomed('profile=jitter&rate=4')).toMatchObject({ rate: 4, profile: 'jitter:1' });
    expect(welcomed('profile=ramp:1-1k/1m')).toMatchObject({ rate: 1000, profile: 'ramp:1-1000/60s' });
  });

  test('says when its first message is due by the profile', () => {
    const [welcome] = sent(begun('profile=jitter').start());
    expect(welcome).toMatchObject({ t0_ms: WALL_MS + begun('profile=jitter').wakeMs(true) });
  });

  test('is not sent to a plain client', () => {
    expect(begun('', { plain: true }).start()).toEqual([]);
  });
});

describe('messages', () => {
  test('come when they are due, each once', () => {
    const session = begun('from=5');
    expect(taken(session, 0)).toEqual([5]);
    expect(taken(session, 99)).toEqual([]);
    expect(session.wakeMs(true)).toBe(100);
    expect(taken(session, 100)).toEqual([6]);
    expect(session.messages).toBe(2);
  });

  test('come as the profile says', () => {
    const bursts = begun('from=5&profile=burst:3');
    expect(taken(bursts, 0)).toEqual([5, 6, 7]);
    expect(bursts.wakeMs(true)).toBe(300);
    expect(taken(bursts, 299)).toEqual([]);
    expect(taken(bursts, 300)).toEqual([8, 9, 10]);
    // N(t) = 10 t + t^2 is 11 at 1 s.
    const ramp = begun('from=5&profile=ramp:10-30/10s');
    expect(taken(ramp, 999)).toHaveLength(11);
    expect(taken(ramp, 1000.001)).toEqual([16]);
  });

  test('of a profile are those of the live schedule with from=live', () => {
    // Ten days into the schedule; at 10 a second bursts of 50 begin every 5 s.
    const wallMs = LIVE_EPOCH_MS + 864_000_000 + 1000;
    const session = begun('from=live&profile=burst:50', { wallMs });
    expect(session.from).toBe(8_640_050);
    expect(session.wakeMs(true)).toBe(HEARTBEAT_MS);
    expect(taken(session, 3999)).toEqual([]);
    expect(taken(session, 4000)).toHaveLength(50);
    const overdue = begun('from=live:8640010&profile=burst:50', { wallMs });
    expect(taken(overdue, 0)).toHaveLength(40);
  });

  test('do not drift: 10 minutes of late turns end on the schedule of the profile', () => {
    const session = begun('rate=333.3&profile=sine:0.5/60s');
    let ms = 0;
    for (let turn = 0; ms < 600_000; turn++) {
      ms = Math.min(Math.max(ms, session.wakeMs(true)) + ((turn * 7919) % 31), 600_000);
      while (session.takeFrames(at(ms), BUDGET_BYTES) !== undefined);
      session.heard(at(ms));
    }
    expect(Math.abs(session.messages - 333.3 * 600)).toBeLessThanOrEqual(1);
  });

  test('of a client that fell behind are caught up with, without a gap', () => {
    const session = begun();
    expect(taken(session, 0)).toEqual([0]);
    expect(taken(session, 1050)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test('are exactly those of the stream, as text', () => {
    const frames = begun().takeFrames(at(300), BUDGET_BYTES) ?? new Uint8Array();
    expect(frames[0]).toBe(0x81);
    expect(payloadsOf(frames).map((payload) => [...payload])).toEqual(
      [0, 1, 2, 3].map((seq) => [...STREAM.message(seq)]),
    );
  });

  test('keep to the budget, but for one that is larger than it', () => {
    const session = begun('rate=max');
    const sizes = [1, 101, 102, 203, 204, 510].map((budgetBytes) => {
      return payloadsOf(session.takeFrames(at(0), budgetBytes) ?? new Uint8Array()).length;
    });
    expect(sizes).toEqual([1, 1, 1, 1, 2, 5]);
  });

  test('come from one segment at a time', () => {
    const session = begun('rate=max&count=2000');
    const { span } = session.source.series;
    const first = session.takeFrames(at(0), BUDGET_BYTES) ?? new Uint8Array();
    expect(payloadsOf(first)).toHaveLength(span);
    expect(taken(session, 0)).toHaveLength(2000 - span);
  });

  test('that are due are no reason to wake while the socket takes none', () => {
    const session = begun();
    expect(session.wakeMs(true)).toBe(0);
    expect(session.wakeMs(false)).toBe(HEARTBEAT_MS);
  });
});

describe('the count', () => {
  test('ends the messages', () => {
    const session = begun('count=3&from=5');
    expect(session.finished).toBe(false);
    expect(taken(session, 10_000)).toEqual([5, 6, 7]);
    expect(session.finished).toBe(true);
    expect(session.messages).toBe(3);
  });

  test('of 0 is finished at once', () => {
    const session = begun('count=0');
    expect(session.finished).toBe(true);
    expect(taken(session, 1000)).toEqual([]);
  });

  test('once sent, a plain client is closed with 1000', () => {
    const session = begun('count=3', { plain: true });
    expect(session.wake(at(0))).toEqual([]);
    taken(session, 200);
    expect(session.wakeMs(true)).toBeLessThanOrEqual(200);
    expect(session.wake(at(200))).toEqual([{ type: 'close', code: CLOSE.done, reason: 'done' }]);
    expect(session.wake(at(201))).toEqual([]);
    expect(session.wakeMs(true)).toBe(Number.POSITIVE_INFINITY);
  });

  test('once sent, a client of tidemark.v1 is left time for its receipts', () => {
    const session = begun('count=3');
    taken(session, 200);
    expect(session.wake(at(200))).toEqual([]);
    receive(session, encodeControl(receiptOf(0, 2)), 300);
    expect(sent(worked(session))).toEqual([{ type: 'verified', block: 1 }]);
  });

  test('once sent, a client that only answers pings is closed with 4408', () => {
    const session = begun('count=3');
    taken(session, 500);
    expect(session.wake(at(1000))).toEqual([{ type: 'ping' }]);
    session.heard(at(1001));
    expect(session.wake(at(2499))).toEqual([{ type: 'ping' }]);
    session.heard(at(2499.5));
    expect(session.wakeMs(true)).toBe(2500);
    expect(session.wake(at(2500))).toEqual([
      { type: 'close', code: CLOSE.idle, reason: 'all has been sent, and nothing has come back' },
    ]);
  });

  test('a message puts that off', () => {
    const session = begun('count=3');
    taken(session, 500);
    receive(session, 'still here', 2000);
    session.heard(at(3900));
    expect(session.wake(at(3999))).not.toContainEqual(expect.objectContaining({ type: 'close' }));
    session.heard(at(3999));
    expect(session.wake(at(4000))).toEqual([expect.objectContaining({ code: CLOSE.idle })]);
  });
});

test('a slow client is given time to read all that was sent, and then to report it', () => {
  const session = begun('count=5000&rate=max');
  let bytes = 0;
  while (!session.finished) bytes += session.takeFrames(at(500), BUDGET_BYTES)?.length ?? 0;
  const idleMs = 500 + (bytes / LIMITS.slowReaderBytesPerSecond) * 1000 + HEARTBEAT_MS;
  expect(idleMs).toBeGreaterThan(20_000);
  for (let ms = 1000; ms < idleMs; ms += 1000) {
    expect(session.wake(at(ms))).toEqual([{ type: 'ping' }]);
    session.heard(at(ms)); // another sign of life than a pong
  }
  expect(session.wake(at(idleMs))).toEqual([expect.objectContaining({ code: CLOSE.idle })]);
});

describe('heartbeats', () => {
  test('a client that has much to read before it comes to a ping is waited for', () => {
    const session = begun('rate=max');
    let bytes = 0;
    while (bytes <= LIMITS.unreadBytes) bytes += session.takeFrames(at(0), BUDGET_BYTES)?.length ?? 0;
    expect(session.wake(at(1000))).toEqual([{ type: 'ping' }]);
    for (let ms = 2000; ms < 257_000; ms += 1000) expect(session.wake(at(ms))).toEqual([{ type: 'ping' }]);
    expect(session.wake(at(257_000))).toEqual([{ type: 'terminate' }]);
  });

  test('room in a full socket is a sign of life', () => {
    const session = begun('rate=0.0001');
    taken(session, 0);
    session.socketIs(true, at(500));
    expect(session.wake(at(1000))).toEqual([{ type: 'ping' }]);
    session.socketIs(false, at(1500));
    expect(session.wake(at(2000))).toEqual([{ type: 'ping' }]);
    expect(session.wake(at(3500))).toEqual([{ type: 'terminate' }]);
  });

  test('a client that is silent for two intervals is dropped', () => {
    const session = begun('rate=0.0001');
    taken(session, 0);
    expect(session.wakeMs(true)).toBe(1000);
    expect(session.wake(at(1000))).toEqual([{ type: 'ping' }]);
    expect(session.wakeMs(true)).toBe(2000);
    expect(session.wake(at(2000))).toEqual([{ type: 'terminate' }]);
    expect(session.wake(at(3000))).toEqual([]);
    expect(session.wakeMs(true)).toBe(Number.POSITIVE_INFINITY);
    expect(session.takeFrames(at(1e9), BUDGET_BYTES)).toBeUndefined();
  });

  test('a plain client is pinged too, and dropped when it is silent', () => {
    const session = begun('rate=0.0001', { plain: true });
    taken(session, 0);
    expect(session.wake(at(1000))).toEqual([{ type: 'ping' }]);
    expect(session.wake(at(2000))).toEqual([{ type: 'terminate' }]);
  });

  test('one that vanished after all was sent is dropped, not closed', () => {
    const session = begun('count=3');
    taken(session, 500);
    expect(session.finished).toBe(true);
    expect(session.wake(at(1000))).toEqual([{ type: 'ping' }]);
    expect(session.wakeMs(true)).toBe(2000);
    expect(session.wake(at(2000))).toEqual([{ type: 'terminate' }]);
    expect(session.wakeMs(true)).toBe(Number.POSITIVE_INFINITY);
  });

  test('dropped wins over closed when both are due at one moment', () => {
    const session = begun('count=3&rate=max');
    taken(session, 0);
    expect(session.wake(at(2000))).toEqual([{ type: 'terminate' }]);
  });

  test('one that answers is not', () => {
    const session = begun('rate=0.0001');
    for (let ms = 1000; ms < 100_000; ms += 1000) {
      expect(session.wake(at(ms))).toEqual([{ type: 'ping' }]);
      session.heard(at(ms + 1));
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
    expect(session.hasWork).toBe(false);
  });

  test.each([true, false])('binary is refused (plain: %s)', (plain) => {
    const session = begun('', { plain });
    expect(session.receive(Uint8Array.of(1), false, at(0))).toEqual([
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
    expect(session.takeFrames(at(1000), BUDGET_BYTES)).toBeUndefined();
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
    expect(session.hasWork).toBe(false);
  });
});

describe('receipts', () => {
  test('of what was sent are verified', () => {
    const session = begun('rate=max&count=20');
    taken(session, 0);
    expect(receive(session, encodeControl(receiptOf(0, 4)))).toEqual([]);
    expect(session.hasWork).toBe(true);
    const outputs = worked(session);
    expect(outputs[0]).toEqual({ type: 'receipt', receipt: receiptOf(0, 4), verified: true });
    expect(sent(outputs)).toEqual([{ type: 'verified', block: 1 }]);
    expect(session.blocks).toBe(1);
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
    expect(session.blocks).toBe(1);
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
    expect(session.acceptsInput).toBe(true);
    receive(session, encodeControl(receiptOf(0, 0, LIMITS.waitingReceipts)));
    expect(session.acceptsInput).toBe(false);
    session.work();
    expect(session.acceptsInput).toBe(true);
  });

  test('without any there is nothing to do', () => {
    const session = begun();
    expect(session.hasWork).toBe(false);
    expect(session.work()).toEqual([]);
  });
});

describe('live', () => {
  const wallMs = LIVE_EPOCH_MS + 10_050;

  test('begins with the next message that is due on the wall clock', () => {
    const session = begun('from=live', { wallMs });
    expect(session.from).toBe(101);
    expect(sent(session.start())).toEqual([
      expect.objectContaining({ from: 101, t0_ms: LIVE_EPOCH_MS + 10_100 }),
    ]);
    expect(taken(session, 49)).toEqual([]);
    expect(taken(session, 50)).toEqual([101]);
    expect(taken(session, 250)).toEqual([102, 103]);
  });

  test('live:SEQ goes on from a seq and catches up', () => {
    const session = begun('from=live:98', { wallMs });
    expect(taken(session, 0)).toEqual([98, 99, 100]);
    expect(taken(session, 50)).toEqual([101]);
    expect(sent(session.start())).toEqual([
      expect.objectContaining({ from: 98, t0_ms: LIVE_EPOCH_MS + 9800 }),
    ]);
  });

  test('live:SEQ of the future waits for it', () => {
    const session = begun('from=live:110', { wallMs });
    expect(taken(session, 949)).toEqual([]);
    expect(session.wakeMs(true)).toBe(950);
    expect(taken(session, 950)).toEqual([110]);
  });

  test('counts from its own first message', () => {
    expect(taken(begun('from=live&count=2', { wallMs }), 10_000)).toEqual([101, 102]);
  });
});
