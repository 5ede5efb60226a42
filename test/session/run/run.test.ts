import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { WEBSOCKET_LINK } from '../../../src/carriage/connection.ts';
import { SequenceTally } from '../../../src/measure/sequence-tally.ts';
import { CLOSE } from '../../../src/session/close-codes.ts';
import { LIMITS } from '../../../src/session/limits.ts';
import type { Link } from '../../../src/session/link.ts';
import type { ResumePoint } from '../../../src/session/run/resume-point.ts';
import { crc32Hex } from '../../../src/stream/digest.ts';
import { at, WALL_MS } from '../at.ts';
import {
  ClientRun,
  HEARTBEAT_MS,
  only,
  RETRY_MS,
  receiptsIn,
  STREAM,
  typesOf,
  WELCOME,
} from './client-run.ts';

/** Messages as one text, a line each: what a block's CRC-32 runs over. */
const lines = (...seqs: number[]) =>
  Uint8Array.from(seqs.flatMap((seq) => [...STREAM.message(seq), '\n'.charCodeAt(0)]));

describe('opening a connection', () => {
  test('asks for all that there is, and for proof', () => {
    const asked = { type: 'open', from: undefined, count: undefined, proof: true, first: true };
    expect(new ClientRun().start(0)).toEqual([asked]);
    expect(new ClientRun({ count: 7 }).start(0)).toEqual([{ ...asked, count: 7 }]);
  });

  test('again brings the seq to go on from, and the count that is left', () => {
    const run = new ClientRun({ count: 10 }).begin({ from: 5 });
    run.data(1, 5, 6, 7, 8);
    run.closed(2, 1006);
    run.wake(2 + RETRY_MS);
    expect(Object.fromEntries(run.dialled.searchParams)).toMatchObject({ from: '9', count: '6' });
  });

  test('again before anything was greeted leaves the start to the URL', () => {
    const run = new ClientRun();
    run.start(0);
    run.failed(1, undefined, 'connect ECONNREFUSED');
    run.wake(1 + RETRY_MS);
    expect(run.dialled.searchParams.has('from')).toBe(false);
  });

  test('takes 10 s at most', () => {
    const run = new ClientRun();
    run.start(5);
    expect(run.session.wakeMs()).toBe(10_005);
    expect(run.wake(10_004)).toEqual([]);
    expect(run.wake(10_005)).toEqual([
      { type: 'terminate' },
      { type: 'disconnected', code: 1006, reason: 'no answer within 10 s', retryMs: RETRY_MS },
    ]);
  });

  test('takes 10 s at most until the welcome, although the connection is open', () => {
    const run = new ClientRun();
    run.start(0);
    expect(run.opened(9000)).toEqual([]);
    expect(typesOf(run.wake(10_000))).toEqual(['terminate', 'disconnected']);
  });
});

describe('blocks', () => {
  test('are timed by arrivals, and stored before their receipt is sent', () => {
    const run = new ClientRun().begin();
    expect(run.data(100, 0)).toEqual([]);
    run.data(150.5, 1);
    const outputs = run.data(175.2501, 2);
    expect(typesOf(outputs)).toEqual(['block', 'send']);
    expect(run.blocks).toEqual([
      {
        block: 1,
        from: 0,
        to: 2,
        count: 3,
        bytes: 120,
        elapsedMs: expect.closeTo(75.2501, 9),
        intervalMs: null,
        crc32: crc32(lines(0, 1, 2)),
        interrupted: false,
        partial: false,
        messages: [0, 1, 2].map((seq) => expect.objectContaining({ seq, payload: STREAM.message(seq) })),
      },
    ]);
    expect(run.blocks[0]?.messages.map(({ wallMs }) => wallMs - WALL_MS)).toEqual([
      100,
      150.5,
      expect.closeTo(175.25, 2),
    ]);
    expect(receiptsIn(outputs)).toEqual([
      {
        type: 'receipt',
        block: 1,
        from: 0,
        to: 2,
        count: 3,
        bytes: 120,
        elapsed_ms: 75.25,
        crc32: crc32Hex(crc32(lines(0, 1, 2))),
        interrupted: false,
        text: 'Client alice received 1 block in 75.250 ms time',
      },
    ]);
  });

  test('follow each other, with the interval between their ends', () => {
    const run = new ClientRun().begin();
    run.data(100, 0, 1, 2);
    run.data(150, 3, 4);
    run.data(180, 5);
    expect(run.blocks.map(({ block, from, to }) => [block, from, to])).toEqual([
      [1, 0, 2],
      [2, 3, 5],
    ]);
    expect(run.blocks[1]).toMatchObject({ elapsedMs: 30, intervalMs: 80 });
  });

  test('join without a gap: a message that is missing between two shows in the second', () => {
    const run = new ClientRun().begin();
    run.data(100, 0, 1, 2, 4, 5, 6);
    expect(run.blocks.map(({ from, to, count }) => [from, to, count])).toEqual([
      [0, 2, 3],
      [3, 6, 3],
    ]);
    expect(receiptsIn(run.outputs).at(-1)).toMatchObject({ from: 3, to: 6, count: 3 });
  });

  test('say how far the server has verified', () => {
    const run = new ClientRun({ blockSize: 1 }).begin();
    run.data(1, 0, 1);
    run.verified(2, 1);
    run.data(3, 2);
    expect(only(run.outputs, 'block').map(({ progress }) => progress.verifiedThrough)).toEqual([0, 0, 1]);
  });

  test('of binary messages count by arrival', () => {
    const run = new ClientRun().begin();
    for (let byte = 0; byte < 3; byte++) run.receive(1, Uint8Array.of(byte), false);
    expect(run.blocks).toEqual([expect.objectContaining({ from: 0, to: 2, bytes: 3 })]);
    expect(run.blocks[0]?.crc32).toBe(crc32(Uint8Array.of(0, 1, 2)));
  });

  test('keep a binary message that begins as a control message does', () => {
    const run = new ClientRun({ blockSize: 1 }).begin();
    run.receive(1, Uint8Array.of(0x1e, 0x7b), false);
    expect(run.blocks).toHaveLength(1);
  });

  test('a seq that this run can not have asked for counts as the next: the digest finds it', () => {
    const run = new ClientRun({ count: 100 }).begin({ from: 10 });
    run.receive(1, '{"seq":9}');
    run.receive(1, '{"seq":110}');
    run.receive(1, 'no seq at all');
    expect(run.blocks[0]?.messages.map(({ seq }) => seq)).toEqual([10, 11, 12]);
  });
});

describe('an outage', () => {
  test('in mid-block: the same block goes on, is marked, and nothing is fetched twice', () => {
    const run = new ClientRun().begin();
    run.data(100, 0, 1, 2);
    run.verified(101, 1);
    run.data(110, 3);
    expect(run.closed(120, 1006)).toEqual([
      { type: 'disconnected', code: 1006, reason: '', retryMs: RETRY_MS },
    ]);
    expect(run.session.wakeMs()).toBe(220);
    expect(run.wake(219)).toEqual([]);
    expect(typesOf(run.wake(220))).toEqual(['open']);
    expect(run.dialled.searchParams.get('from')).toBe('4');
    run.opened(225);
    const resumed = run.welcome(230, { from: 4 });
    expect(resumed).toEqual([
      { type: 'resumed', from: 4, afterMs: 110, source: { welcome: { ...WELCOME, from: 4 }, from: 4 } },
    ]);
    run.data(240, 4, 5);
    expect(run.blocks.at(-1)).toMatchObject({
      block: 2,
      from: 3,
      to: 5,
      count: 3,
      interrupted: true,
      elapsedMs: 130,
      intervalMs: null,
      crc32: crc32(lines(3, 4, 5)),
    });
    expect(receiptsIn(run.outputs).at(-1)?.interrupted).toBe(true);
  });

  test('between two blocks marks neither, but lets no interval run across it', () => {
    const run = new ClientRun().begin();
    run.data(100, 0, 1, 2);
    run.comeBack(110, { from: 3 });
    run.data(300, 3, 4, 5);
    expect(run.blocks.map(({ interrupted, intervalMs }) => [interrupted, intervalMs])).toEqual([
      [false, null],
      [false, null],
    ]);
  });

  test('receipts that were not answered are sent again, in order, those that were are not', () => {
    const run = new ClientRun({ blockSize: 1 }).begin();
    run.data(1, 0, 1, 2);
    run.verified(2, 1);
    const first = receiptsIn(run.outputs);
    expect(receiptsIn(run.comeBack(10, { from: 3 }))).toEqual(first.slice(1));
  });

  test('counts as a resume each time, from when the connection was lost', () => {
    const run = new ClientRun().begin();
    run.data(5, 0);
    run.closed(10, 1006);
    run.wake(110);
    run.failed(120, undefined, 'connect ECONNREFUSED');
    run.wake(220);
    run.opened(300);
    expect(only(run.welcome(310, { from: 1 }), 'resumed')[0]?.afterMs).toBe(300);
    run.comeBack(400, { from: 1 });
    run.stop(600);
    run.verified(601, 1);
    expect(run.verdict?.resumes).toBe(2);
  });

  test('waits longer from attempt to attempt, and short again once a connection lasted', () => {
    const run = new ClientRun({ random: () => 0.5, blockSize: 1 }).begin();
    run.data(0, 0);
    const waits: number[] = [];
    let ms = 0;
    for (let attempt = 0; attempt < 4; attempt++) {
      const [{ retryMs } = { retryMs: 0 }] = only(run.closed(ms, 1006), 'disconnected');
      waits.push(retryMs);
      ms += retryMs;
      run.wake(ms);
    }
    for (const lastedMs of [1999, 2000]) {
      run.opened(ms);
      run.welcome(ms, { from: run.blocks.length });
      ms += lastedMs;
      run.data(ms, run.blocks.length);
      const [{ retryMs } = { retryMs: 0 }] = only(run.closed(ms, 1013), 'disconnected');
      waits.push(retryMs);
      ms += retryMs;
      run.wake(ms);
    }
    expect(waits).toEqual([150, 250, 450, 850, 1650, 150]);
  });

  test('a server that begins elsewhere than it was asked to is named as the cause', () => {
    const run = new ClientRun().begin();
    run.data(5, 0);
    run.closed(10, 1006);
    run.wake(1000);
    run.opened(1010);
    const outputs = run.welcome(1020, { from: 50 });
    expect(only(outputs, 'close')[0]?.code).toBe(1002);
    expect(run.verdict).toMatchObject({
      verdict: 'failed',
      integrity: true,
      error: 'the server begins at seq 50 where 1 was asked for',
    });
  });

  test('what comes late from a connection that was given up changes nothing', () => {
    const run = new ClientRun().begin();
    run.closed(10, 1006);
    expect(run.data(11, 0)).toEqual([]);
    expect(run.closed(12, 1006)).toEqual([]);
    expect(run.opened(13)).toEqual([]);
    expect(run.failed(14, 404, 'HTTP 404')).toEqual([]);
  });
});

describe('the end that a server makes', () => {
  test('1002 after messages: a frame was broken on the way, so it comes back; without any the next time it does not', () => {
    const run = new ClientRun().begin();
    run.data(5, 0);
    expect(typesOf(run.comeBack(10, { from: 1 }))).toEqual(['open', 'resumed']);
    run.data(200, 1);
    expect(typesOf(run.closed(210, 1002))).toEqual(['disconnected']);
    run.wake(210 + RETRY_MS);
    expect(typesOf(run.closed(400, 1002, 'a reason'))).toEqual(['end', 'closed']);
  });

  test.each([1002, 1003, 1007, 1008, 1009, 1010, 4400, 4401, 4403, 4404, 4410])(
    '%i ends the run: the same answer would come again',
    (code) => {
      const run = new ClientRun().begin();
      expect(typesOf(run.closed(10, code, 'a reason'))).toEqual(['end', 'closed']);
      const error = `a reason (close code ${code})`;
      expect(run.verdict).toMatchObject({ verdict: 'failed', error, integrity: false });
      expect(run.session.wakeMs()).toBe(Number.POSITIVE_INFINITY);
      expect(run.wake(1e9)).toEqual([]);
    },
  );

  test('4422 ends it as a failure of integrity', () => {
    const run = new ClientRun().begin();
    run.closed(10, CLOSE.streamDiffers);
    expect(run.verdict).toMatchObject({ verdict: 'failed', error: 'close code 4422', integrity: true });
  });

  test.each([1000, 1001, 1005, 1006, 1011, 1012, 1013, 4408, 4429])('after %i it comes back', (code) => {
    const run = new ClientRun().begin();
    expect(run.closed(10, code, 'why')).toEqual([
      { type: 'disconnected', code, reason: 'why', retryMs: RETRY_MS },
    ]);
  });

  test.each([400, 401, 404, 409, 426, 200])('HTTP %i ends the run', (status) => {
    const run = new ClientRun();
    run.start(0);
    expect(typesOf(run.failed(1, status, `HTTP ${status}: no`))).toEqual(['end', 'closed']);
    expect(run.verdict).toMatchObject({ verdict: 'failed', error: `HTTP ${status}: no`, integrity: false });
  });

  test.each([undefined, 408, 425, 429, 500, 502, 503, 504])('after HTTP %s it tries again', (status) => {
    const run = new ClientRun();
    run.start(0);
    expect(run.failed(1, status, 'no')).toEqual([
      { type: 'disconnected', code: 1006, reason: 'no', retryMs: RETRY_MS },
    ]);
  });
});

describe('what no server may send', () => {
  test('another stream than before: 4422', () => {
    const run = new ClientRun().begin();
    run.data(1, 0);
    const other = { stream: 'bytes?size=40&seed=8', stream_id: '0123456789abcdef', generator: 2 };
    const outputs = run.comeBack(10, other);
    expect(only(outputs, 'close')[0]?.code).toBe(CLOSE.streamDiffers);
    expect(outputs.at(-1)?.type).toBe('end');
    expect(run.verdict).toMatchObject({ verdict: 'failed', integrity: true });
    expect(run.verdict?.error).toBe(
      'stream differs: the server sends bytes?size=40&seed=8 of generator 2 with faker 10.6.0, id 0123456789abcdef; ' +
        `this run has read bytes?size=40&seed=7 with id ${STREAM.id}`,
    );
  });

  test('data before the welcome of a server that has sent one before: 1002', () => {
    const run = new ClientRun().begin();
    run.closed(1, 1006);
    run.wake(1 + RETRY_MS);
    run.opened(200);
    expect(run.data(201, 0)[0]).toMatchObject({ type: 'close', code: CLOSE.protocolError });
    expect(run.verdict).toMatchObject({ error: 'the server sent data before its welcome', integrity: true });
  });

  test('a control message that is none: 1002', () => {
    const run = new ClientRun().begin();
    expect(run.receive(1, '\u001e{')[0]).toMatchObject({ type: 'close', code: CLOSE.protocolError });
    expect(run.verdict?.error).toBe('the server broke the protocol: a control message is not JSON');
  });

  test('a control message that is too large, of whatever type: 1002', () => {
    const control = (bytes: number) => {
      const start = '\u001e{"type":"unheard-of","more":"';
      return `${start}${'x'.repeat(bytes - start.length - 2)}"}`;
    };
    expect(new ClientRun().begin().receive(1, control(2_097_152))).toEqual([]);
    const run = new ClientRun().begin();
    expect(run.receive(1, control(2_097_153))[0]).toMatchObject({ type: 'close', code: CLOSE.protocolError });
    expect(run.verdict?.error).toBe(
      'the server broke the protocol: a control message has 2097153 bytes, more than controlMessageBytes, 2097152',
    );
  });

  test('a control message of a later version is ignored', () => {
    expect(new ClientRun().begin().receive(1, '\u001e{"type":"unheard-of"}')).toEqual([]);
  });

  test('a second welcome is ignored', () => {
    const run = new ClientRun().begin();
    expect(run.welcome(1, { stream_id: '0123456789abcdef' })).toEqual([]);
  });

  test.each([
    {
      was: true,
      is: false,
      error: 'this was a Tidemark server before the outage, and now it is not',
    },
    {
      was: false,
      is: true,
      error: 'this was not a Tidemark server before the outage, and now it is one',
    },
  ])('speaking tidemark.v1: $is after an outage where it was $was', ({ was, is, error }) => {
    const open = (run: ClientRun, ms: number, speaks: boolean) =>
      speaks ? run.opened(ms) : run.openedPlain(ms);
    const run = new ClientRun();
    run.start(0);
    open(run, 0, was);
    if (was) run.welcome(1);
    run.closed(10, 1006);
    run.wake(10 + RETRY_MS);
    expect(open(run, 120, is)[0]).toMatchObject({ type: 'close', code: CLOSE.streamDiffers });
    expect(run.verdict).toMatchObject({ verdict: 'failed', error, integrity: true });
  });

  test('no answer to very many receipts', () => {
    const earlier = new ClientRun({ blockSize: 1 }).begin();
    earlier.data(1, 0);
    const unanswered = receiptsIn(earlier.outputs).flatMap((receipt) =>
      Array.from({ length: LIMITS.unansweredReceipts - 1 }, (_, index) => ({ ...receipt, block: index + 1 })),
    );
    const nextSeq = unanswered.length;
    const resume = resumePoint(nextSeq, { unanswered });
    const run = new ClientRun({ blockSize: 1, resume }).begin({ from: nextSeq });
    run.data(1, nextSeq);
    expect(run.verdict).toBeUndefined();
    expect(typesOf(run.data(2, nextSeq + 1))).toEqual(['block', 'send', 'close', 'end']);
    expect(run.verdict).toMatchObject({ error: 'the server does not answer receipts', integrity: true });
  });
});

describe('the verdict', () => {
  /** A run of six messages in two blocks that comes to its end. */
  function ended(...seqs: number[]): ClientRun {
    const run = new ClientRun({ count: 6 }).begin();
    run.data(1, ...seqs);
    run.verified(2, 3);
    return run;
  }

  test('of all that was due, once and in order, and verified: proved', () => {
    expect(ended(0, 1, 2, 3, 4, 5).verdict).toEqual({
      verdict: 'proved',
      messages: 6,
      expected: 6,
      lost: 0,
      repeated: 0,
      reordered: 0,
      corrupt: 0,
      foreign: 0,
      resumes: 0,
      blocks: 2,
      tailKnown: true,
      checked: true,
      unverifiedBlocks: 0,
      durationMs: 2,
    });
  });

  test.each([
    {
      seqs: [0, 1, 3, 4, 5],
      counts: { messages: 5, lost: 1, repeated: 0, reordered: 0 },
      findings: ['lost 2-2'],
    },
    {
      seqs: [0, 1, 2, 0, 1, 3, 5],
      counts: { messages: 7, lost: 1, repeated: 2, reordered: 0 },
      findings: ['repeated 0-1', 'lost 4-4'],
    },
    {
      seqs: [0, 4, 1, 2, 5],
      counts: { messages: 5, lost: 1, repeated: 0, reordered: 2 },
      findings: ['lost 1-3', 'reordered 1-2'],
    },
    {
      seqs: [0, 1, 3, 2, 2, 4, 5],
      counts: { messages: 7, lost: 0, repeated: 1, reordered: 1 },
      findings: ['lost 2-2', 'reordered 2-2', 'repeated 2-2'],
    },
  ])('of $seqs: failed, with $counts and $findings', ({ seqs, counts, findings }) => {
    const run = ended(...seqs);
    const told = only(run.outputs, 'finding').map(
      ({ finding: { kind, from, to } }) => `${kind} ${from}-${to}`,
    );
    expect(told).toEqual(findings);
    expect(run.verdict).toMatchObject({
      verdict: 'failed',
      ...counts,
      expected: 6,
      error: 'messages were lost, repeated or out of order',
      integrity: true,
    });
  });

  test('of a seq that was damaged: the message is the one that was due, and nothing counts as lost', () => {
    const run = new ClientRun({ count: 6, blockSize: 3 }).begin();
    run.data(1, 0, 1, 4_000_002, 3, 0, 5);
    expect(run.blocks.map(({ from, to, count }) => [from, to, count])).toEqual([
      [0, 2, 3],
      [3, 5, 3],
    ]);
    run.mismatch(2, { block: 1 });
    run.mismatch(2, { block: 2 });
    expect(run.verdict).toMatchObject({ verdict: 'failed', lost: 0, repeated: 0, corrupt: 6 });
  });

  test('of a seq that nothing followed: its message is asked for again', () => {
    const run = new ClientRun({ blockSize: 3 }).begin();
    run.data(1, 0, 1, 4_000_002);
    run.closed(2, 1006);
    expect(only(run.wake(2 + RETRY_MS), 'open')).toMatchObject([{ from: 2 }]);
  });

  test('of a seq that nothing followed when the run is stopped: it is believed', () => {
    const run = new ClientRun({ blockSize: 3 }).begin();
    run.data(1, 0, 1, 4);
    run.stop(2);
    expect(run.blocks).toMatchObject([{ from: 0, to: 4, count: 3 }]);
  });

  test('of a block that is wrong: failed, and its messages are corrupt', () => {
    const run = new ClientRun({ count: 6 }).begin();
    run.data(1, 0, 1, 2, 3, 4, 5);
    const outputs = run.mismatch(2, { block: 1, reason: 'CRC-32 differs' });
    expect(only(outputs, 'mismatch')[0]?.mismatch.reason).toBe('CRC-32 differs');
    run.verified(3, 2);
    expect(run.verdict).toMatchObject({
      verdict: 'failed',
      lost: 0,
      corrupt: 3,
      error: 'the server found 1 of 2 blocks wrong',
      integrity: true,
    });
  });

  test('a block that is wrong because one is missing is not corrupt as well', () => {
    const run = new ClientRun({ count: 6 }).begin();
    run.data(1, 0, 1, 3, 4, 5);
    run.mismatch(2, { block: 1, to: 3 });
    run.verified(3, 2);
    expect(run.verdict).toMatchObject({ verdict: 'failed', lost: 1, corrupt: 0 });
  });

  test('a mismatch of a block that does not wait for an answer counts for nothing', () => {
    const run = new ClientRun({ count: 6 }).begin();
    run.data(1, 0, 1, 2, 3, 4, 5);
    run.mismatch(2, { block: 7 });
    run.verified(3, 2);
    expect(run.verdict?.verdict).toBe('proved');
  });

  describe('without the answers to the last receipts', () => {
    const unanswered = () => {
      const run = new ClientRun({ count: 6 }).begin();
      run.data(100, 0, 1, 2, 3, 4, 5);
      run.verified(101, 1);
      return run;
    };
    /** After 10 s in vain, the next connection, which has them sent again. */
    const again = (run: ClientRun, nowMs: number, receipts = 1) => {
      expect(run.verdict).toBeUndefined();
      expect(typesOf(run.wake(nowMs - 1))).toEqual([]);
      expect(run.wake(nowMs)).toEqual([
        { type: 'terminate' },
        {
          type: 'disconnected',
          code: 1006,
          reason: 'the last receipts were not answered within 10 s',
          retryMs: expect.any(Number),
        },
      ]);
      const dialMs = run.session.wakeMs();
      expect(typesOf(run.wake(dialMs))).toEqual(['open']);
      run.opened(dialMs);
      const sent = run.welcome(dialMs, { from: 6 });
      expect(typesOf(sent)).toEqual(['resumed', ...Array(receipts).fill('send')]);
      expect(sent.at(-1)).toMatchObject({ text: expect.stringContaining('"block":2') });
      return dialMs;
    };

    test('within 10 s over three connections in a row: failed', () => {
      const run = unanswered();
      const second = again(run, 10_101);
      const third = again(run, second + 10_000);
      expect(typesOf(run.wake(third + 10_000))).toEqual(['end', 'terminate']);
      expect(run.verdict).toMatchObject({
        verdict: 'failed',
        error: 'the server did not verify 1 of 2 blocks',
        integrity: true,
      });
    });

    test('until the second connection brings them: proved', () => {
      const run = unanswered();
      const second = again(run, 10_101);
      run.verified(second + 9999, 2);
      expect(run.verdict).toMatchObject({ verdict: 'proved', resumes: 1 });
    });

    test('an answer to one of them: again over three connections in a row', () => {
      const run = new ClientRun({ count: 6 }).begin();
      run.data(100, 0, 1, 2, 3, 4, 5);
      const second = again(run, 10_100, 2);
      run.verified(second + 5000, 1);
      const third = again(run, second + 15_000);
      const fourth = again(run, third + 10_000);
      expect(typesOf(run.wake(fourth + 10_000))).toEqual(['end', 'terminate']);
    });

    test('an answer that answers nothing does not draw it out', () => {
      const run = unanswered();
      run.verified(9000, 1);
      again(run, 10_101);
    });
  });
});

describe('the count', () => {
  test('ends the run; a last block that is short is partial', () => {
    const run = new ClientRun({ count: 5 }).begin();
    run.data(1, 0, 1, 2, 3);
    const outputs = run.data(2, 4);
    expect(typesOf(outputs)).toEqual(['block', 'send']);
    expect(run.blocks.map(({ count, partial }) => [count, partial])).toEqual([
      [3, false],
      [2, true],
    ]);
    expect(run.verified(3, 1)).toEqual([]);
    expect(run.verified(4, 2)).toEqual([
      { type: 'close', code: CLOSE.done, reason: 'done' },
      { type: 'end', verdict: expect.objectContaining({ verdict: 'proved', messages: 5, expected: 5 }) },
    ]);
  });

  test('in the URL does too', () => {
    const run = new ClientRun({ url: 'ws://h/bytes?size=40&seed=7&count=3' }).begin();
    run.data(1, 0, 1, 2);
    run.verified(2, 1);
    expect(run.verdict).toMatchObject({ verdict: 'proved', expected: 3 });
  });

  test('of 0 ends it with the welcome', () => {
    const run = new ClientRun({ count: 0 }).begin();
    expect(run.verdict).toMatchObject({ verdict: 'unproved', messages: 0, expected: 0, blocks: 0 });
  });

  test('what comes beyond it is not taken', () => {
    const run = new ClientRun({ count: 3 }).begin();
    run.data(1, 0, 1, 2, 3, 4, 5);
    run.verified(2, 1);
    expect(run.verdict).toMatchObject({ verdict: 'proved', messages: 3, blocks: 1 });
  });

  test('an outage before the last answer: comes back, asks for none, and is answered', () => {
    const run = new ClientRun({ count: 3 }).begin();
    run.data(1, 0, 1, 2);
    const outputs = run.comeBack(2, { from: 3 });
    expect(Object.fromEntries(run.dialled.searchParams)).toMatchObject({ from: '3', count: '0' });
    expect(receiptsIn(outputs)).toHaveLength(1);
    run.verified(200, 1);
    expect(run.verdict).toMatchObject({ verdict: 'proved', resumes: 1 });
  });
});

describe('plain mode', () => {
  test('with a server that picks no subprotocol: messages of any kind, and the plain sentence back', () => {
    const run = new ClientRun({ count: 5, url: 'ws://h/socket' });
    run.start(0);
    expect(run.openedPlain(1)).toEqual([{ type: 'connected', source: { welcome: undefined, from: 0 } }]);
    run.receive(10, 'first');
    run.receive(11, '\u001e{"type":"mismatch"}');
    const outputs = run.receive(12.5, Uint8Array.of(1, 2), false);
    expect(typesOf(outputs)).toEqual(['block', 'send']);
    expect(only(outputs, 'send')[0]?.text).toBe('Client alice received 1 block in 2.500 ms time');
    expect(run.blocks[0]).toMatchObject({ from: 0, to: 2, bytes: 27 });
    run.receive(20, 'fourth');
    expect(typesOf(run.receive(21, 'last'))).toEqual(['block', 'send', 'close', 'end']);
    expect(run.verdict).toMatchObject({ verdict: 'unproved', messages: 5, expected: 5, blocks: 2 });
  });

  test('asked for: no proof is asked for', () => {
    expect(new ClientRun({ plain: true }).start(0)).toEqual([expect.objectContaining({ proof: false })]);
  });

  test('after an outage goes on counting, and does not ask for a seq', () => {
    const run = new ClientRun({ url: 'ws://h/socket' });
    run.start(0);
    run.openedPlain(1);
    run.receive(2, 'first');
    run.closed(3, 1006);
    run.wake(3 + RETRY_MS);
    expect(run.dialled.searchParams.has('from')).toBe(false);
    expect(run.openedPlain(110)).toMatchObject([{ type: 'resumed', from: 1 }]);
    run.receive(120, 'second');
    run.receive(121, 'third');
    expect(run.blocks).toEqual([expect.objectContaining({ from: 0, to: 2, interrupted: true })]);
  });

  test('stopped leaves at once: no answer is to be waited for', () => {
    const run = new ClientRun();
    run.start(0);
    run.openedPlain(1);
    run.receive(2, 'first');
    expect(typesOf(run.stop(3))).toEqual(['block', 'send', 'close', 'end']);
    expect(run.verdict?.verdict).toBe('interrupted');
  });
});

describe('stopped by the user', () => {
  test('reports the open block, waits for the answer, and leaves', () => {
    const run = new ClientRun({ count: 100 }).begin();
    run.data(10, 0, 1, 2, 3);
    run.verified(11, 1);
    const outputs = run.stop(12);
    expect(typesOf(outputs)).toEqual(['block', 'send']);
    expect(run.blocks.at(-1)).toMatchObject({ block: 2, from: 3, to: 3, partial: true });
    expect(run.stop(13)).toEqual([]);
    expect(run.verified(14, 2)).toEqual([
      { type: 'close', code: CLOSE.leaving, reason: 'leaving' },
      {
        type: 'end',
        verdict: expect.objectContaining({
          verdict: 'interrupted',
          messages: 4,
          expected: 100,
          notCome: { from: 4, to: 99 },
        }),
      },
    ]);
  });

  test('waits 2 s at most', () => {
    const run = new ClientRun().begin();
    run.data(10, 0);
    run.stop(12);
    expect(run.session.wakeMs()).toBe(2012);
    expect(run.wake(2011)).toEqual([]);
    expect(typesOf(run.wake(2012))).toEqual(['close', 'end']);
    expect(run.verdict?.verdict).toBe('interrupted');
  });

  test('drops a connection that takes more than 1 s to close, and is over when it is gone', () => {
    const run = new ClientRun().begin();
    run.stop(12);
    expect(run.session.wakeMs()).toBe(1012);
    expect(run.wake(1011)).toEqual([]);
    expect(run.wake(1012)).toEqual([{ type: 'terminate' }]);
    expect(run.session.wakeMs()).toBe(Number.POSITIVE_INFINITY);
    expect(run.wake(1013)).toEqual([]);
    expect(run.closed(1014, 1006)).toEqual([{ type: 'closed' }]);
  });

  test('takes nothing more', () => {
    const run = new ClientRun().begin();
    run.data(10, 0);
    run.stop(12);
    expect(run.data(13, 1, 2, 3, 4)).toEqual([]);
  });

  test('with nothing to report leaves at once', () => {
    expect(typesOf(new ClientRun().begin().stop(12))).toEqual(['close', 'end']);
  });

  test('while the server closes the connection ends as well', () => {
    const run = new ClientRun().begin();
    run.data(10, 0);
    run.stop(12);
    expect(typesOf(run.closed(13, 1012))).toEqual(['end', 'closed']);
  });

  test('while there is no connection keeps the open block, and sends nothing', () => {
    const run = new ClientRun().begin();
    run.data(10, 0);
    run.closed(11, 1006);
    expect(typesOf(run.stop(12))).toEqual(['block', 'end', 'closed']);
    expect(run.blocks).toEqual([expect.objectContaining({ partial: true, interrupted: true })]);
    expect(run.verdict).toMatchObject({ verdict: 'interrupted', messages: 1 });
  });

  test.each(['before it dials', 'while it dials', 'while it waits for the welcome'])('%s', (when) => {
    const run = new ClientRun();
    if (when !== 'before it dials') run.start(0);
    if (when === 'while it waits for the welcome') run.opened(1);
    expect(typesOf(run.stop(2))).toEqual(['end', when === 'before it dials' ? 'closed' : 'terminate']);
    expect(run.verdict).toMatchObject({ verdict: 'interrupted', messages: 0, expected: 0 });
    expect(run.start(3)).toEqual([]);
  });

  test('after messages were lost: failed all the same', () => {
    const run = new ClientRun().begin();
    run.data(10, 0, 2);
    run.stop(12);
    run.mismatch(13, { block: 1 });
    expect(run.verdict).toMatchObject({ verdict: 'failed', lost: 1, integrity: true });
  });
});

describe('aborted by the caller', () => {
  test('ends at once, reports nothing, and is no failure of integrity', () => {
    const run = new ClientRun().begin();
    run.data(10, 0);
    expect(run.abort(11, 'the disk is full')).toEqual([
      { type: 'close', code: CLOSE.leaving, reason: 'the client can not go on' },
      {
        type: 'end',
        verdict: expect.objectContaining({ verdict: 'failed', error: 'the disk is full', integrity: false }),
      },
    ]);
    expect(run.abort(12, 'again')).toEqual([]);
    expect(run.data(13, 1, 2)).toEqual([]);
    expect(run.stop(14)).toEqual([]);
    expect(run.closed(15, 1001)).toEqual([{ type: 'closed' }]);
  });
});

describe('heartbeats', () => {
  test('pings at the interval, and gives up a server that is silent for two', () => {
    const run = new ClientRun().begin();
    expect(run.session.wakeMs()).toBe(HEARTBEAT_MS);
    expect(run.wake(HEARTBEAT_MS)).toEqual([{ type: 'ping' }]);
    expect(run.wake(2 * HEARTBEAT_MS)).toEqual([
      { type: 'terminate' },
      { type: 'disconnected', code: 1006, reason: 'nothing heard for two heartbeats', retryMs: RETRY_MS },
    ]);
  });

  test('data counts as being heard', () => {
    const run = new ClientRun().begin();
    for (let seq = 0; seq < 10; seq++) {
      run.data((seq + 1) * HEARTBEAT_MS - 1, seq);
      expect(run.wake((seq + 1) * HEARTBEAT_MS)).toEqual([{ type: 'ping' }]);
    }
  });

  test('begin anew with every connection', () => {
    const run = new ClientRun().begin();
    run.comeBack(HEARTBEAT_MS - 1);
    expect(run.wake(HEARTBEAT_MS + 1)).toEqual([]);
    expect(run.session.wakeMs()).toBe(2 * HEARTBEAT_MS - 1 + RETRY_MS);
  });

  test('a server that falls silent while the client leaves does not keep it', () => {
    const run = new ClientRun({ heartbeatMs: 500 }).begin();
    run.data(10, 0);
    run.stop(12);
    expect(run.wake(500)).toEqual([{ type: 'ping' }]);
    expect(typesOf(run.wake(1010))).toEqual(['terminate', 'end']);
  });
});

describe('a run that goes on from its log', () => {
  const earlier = new ClientRun({ blockSize: 1 }).begin();
  earlier.data(1, 0, 1, 2);
  const logged = { verifiedThrough: 1, unanswered: receiptsIn(earlier.outputs).slice(1) };
  const resumed = (more: Partial<ResumePoint> = {}) => resumePoint(3, { ...logged, ...more });

  test('asks for what comes next, sends the receipts again, and goes on counting', () => {
    const run = new ClientRun({ blockSize: 1, count: 5, resume: resumed() });
    run.start(0);
    expect(Object.fromEntries(run.dialled.searchParams)).toMatchObject({ from: '3', count: '2' });
    run.opened(1);
    const outputs = run.welcome(7, { from: 3 });
    expect(outputs[0]).toMatchObject({ type: 'resumed', from: 3, afterMs: 7 });
    expect(receiptsIn(outputs).map(({ block }) => block)).toEqual([2, 3]);
    run.data(10, 3, 4);
    expect(run.blocks.map(({ block }) => block)).toEqual([4, 5]);
    run.verified(11, 5);
    expect(run.verdict).toMatchObject({ verdict: 'proved', messages: 5, expected: 5, blocks: 5, resumes: 1 });
  });

  test('counts what earlier processes of it counted', () => {
    const tally = new SequenceTally(0);
    for (const seq of [0, 0, 2]) tally.add(seq);
    const run = new ClientRun({ blockSize: 1, count: 5, resume: resumed({ tally, resumes: 4 }) });
    run.start(0);
    run.opened(1);
    run.welcome(7, { from: 3 });
    run.data(10, 3, 4);
    run.verified(11, 5);
    expect(only(run.outputs, 'block').map(({ progress }) => progress.resumes)).toEqual([5, 5]);
    expect(run.verdict).toMatchObject({ verdict: 'failed', lost: 1, repeated: 1, messages: 5, resumes: 5 });
  });

  test('does not mix with another stream', () => {
    const run = new ClientRun({ resume: resumed() });
    run.start(0);
    run.opened(1);
    expect(run.welcome(2, { stream_id: '0123456789abcdef' })[0]).toMatchObject({
      type: 'close',
      code: CLOSE.streamDiffers,
    });
  });

  test('that had all it wanted needs but the answers', () => {
    const run = new ClientRun({ blockSize: 1, count: 3, resume: resumed() });
    run.start(0);
    run.opened(1);
    expect(typesOf(run.welcome(2, { from: 3 }))).toEqual(['resumed', 'send', 'send']);
    run.verified(3, 3);
    expect(run.verdict).toMatchObject({ verdict: 'proved', messages: 3 });
  });
});

/** Of a run that has taken so many messages, in order, in blocks of one. */
function resumePoint(nextSeq: number, more: Partial<ResumePoint> = {}): ResumePoint {
  const tally = new SequenceTally(0);
  tally.addRun(nextSeq);
  const stream = { streamId: STREAM.id, stream: STREAM.name };
  const place = { firstSeq: 0, nextSeq, nextBlock: nextSeq + 1, messages: nextSeq, tally };
  return {
    ...stream,
    ...place,
    verifiedThrough: 0,
    resumes: 0,
    corrupt: 0,
    foreign: 0,
    unanswered: [],
    ...more,
  };
}

describe('a run that is to have one connection', () => {
  const REFUSED = 'nobody listens on h:8000';

  test('ends when it can not be opened', () => {
    const run = new ClientRun({ once: true });
    run.start(0);
    run.failed(1, undefined, REFUSED);
    expect(run.verdict).toMatchObject({
      verdict: 'failed',
      integrity: false,
      error: `${REFUSED}; not tried again`,
    });
  });

  test('ends when it is closed before its welcome', () => {
    const run = new ClientRun({ once: true });
    run.start(0);
    run.opened(1);
    run.closed(2, 1006);
    expect(run.verdict?.error).toBe('the server closed the connection (close code 1006); not tried again');
  });

  test('tries for it until it is there if it is to wait, and ends with it', () => {
    const run = new ClientRun({ once: true, wait: true });
    run.start(0);
    expect(typesOf(run.failed(1, undefined, REFUSED))).toEqual(['disconnected']);
    run.wake(1 + RETRY_MS);
    run.opened(200);
    run.welcome(200);
    run.closed(201, 1006);
    expect(run.verdict).toMatchObject({ verdict: 'failed', error: expect.stringContaining('1006') });
  });
});

describe('a link', () => {
  const link = (without: Partial<Link>) => ({ link: { ...WEBSOCKET_LINK, ...without } });

  test('without pings is not pinged, and its silence means nothing', () => {
    const run = new ClientRun(link({ ping: false })).begin();
    run.receive(1, STREAM.message(0));
    expect(run.session.wakeMs()).toBe(Number.POSITIVE_INFINITY);
    expect(run.wake(100 * HEARTBEAT_MS)).toEqual([]);
  });

  test('without pings is given up after two of the times that the server is never quiet for', () => {
    const run = new ClientRun(link({ ping: false }));
    run.start(0);
    run.opened(1);
    run.welcome(10, { keep_alive_ms: 1000 });
    run.receive(500, STREAM.message(0));
    run.session.heard(at(900));
    run.wake(1900);
    expect(run.wake(2890)).toEqual([]);
    expect(run.wake(2900)).toEqual([
      { type: 'terminate' },
      expect.objectContaining({
        type: 'disconnected',
        code: 1006,
        reason: 'nothing heard for two heartbeats',
      }),
    ]);
  });

  test('without pings has no heartbeat any more where the next server says of none', () => {
    const run = new ClientRun(link({ ping: false }));
    run.start(0);
    run.opened(1);
    run.welcome(10, { keep_alive_ms: 1000 });
    run.closed(100, 1006);
    run.wake(200);
    run.opened(201);
    run.welcome(210);
    expect(run.wake(100 * HEARTBEAT_MS)).toEqual([]);
  });

  test('with pings is as patient as its client, whatever the server says', () => {
    const run = new ClientRun();
    run.start(0);
    run.opened(1);
    run.welcome(10, { keep_alive_ms: 1000 });
    expect(run.session.wakeMs()).toBe(1 + HEARTBEAT_MS);
  });

  test('without pings asks a server for the time, and gives one up that does not answer', () => {
    const run = new ClientRun(link({ ping: false, answers: true })).begin();
    run.receive(1, STREAM.message(0));
    expect(run.session.wakeMs()).toBeLessThanOrEqual(HEARTBEAT_MS + 3);
    const [asked, ...others] = run.wake(HEARTBEAT_MS + 3);
    expect(others).toEqual([]);
    expect(asked).toMatchObject({ type: 'send', text: expect.stringContaining('"type":"clock_request"') });
    run.control(HEARTBEAT_MS + 4, { type: 'clock', t1_ms: HEARTBEAT_MS + 3, t2_ms: 0, t3_ms: 0 });
    expect(typesOf(run.wake(2 * HEARTBEAT_MS + 3))).toEqual(['send']);
    expect(typesOf(run.wake(3 * HEARTBEAT_MS + 3))).toEqual(['send']);
    expect(typesOf(run.wake(3 * HEARTBEAT_MS + 4))).toEqual(['terminate', 'disconnected']);
  });

  test('that only has answers has none from a server that is not Tidemark', () => {
    const run = new ClientRun(link({ ping: false, answers: true }));
    run.start(0);
    run.openedPlain(1);
    run.receive(2, 'only');
    expect(run.session.wakeMs()).toBe(Number.POSITIVE_INFINITY);
  });

  test('without a status is dropped where another is closed with a code', () => {
    const run = new ClientRun({ ...link({ status: false }), count: 1 });
    run.start(0);
    run.openedPlain(1);
    expect(typesOf(run.receive(2, 'only'))).toEqual(['block', 'send', 'terminate', 'end']);
  });

  test('without a way back has no receipts, is asked for no time, and proves nothing', () => {
    const run = new ClientRun({ ...link({ acknowledge: false }), count: 3, timing: true }).begin();
    for (const seq of [0, 1, 2]) run.receive(seq, STREAM.message(seq));
    expect(typesOf(run.outputs)).toEqual(['open', 'connected', 'block', 'close', 'end']);
    expect(run.verdict).toMatchObject({ verdict: 'unproved', messages: 3 });
  });
});
