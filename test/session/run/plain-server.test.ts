import { describe, expect, test } from 'vitest';
import { LocalCheck } from '../../../src/session/run/local-check.ts';
import { ClientRun, only, RETRY_MS, STREAM, typesOf } from './client-run.ts';

const URL_OF_OTHERS = 'ws://h/socket?count=60';
const text = (seq: number) => new TextDecoder().decode(STREAM.message(seq));

describe('a server that echoes the subprotocol and knows nothing of it', () => {
  const echoed = (settings = {}) => {
    const run = new ClientRun({ url: 'ws://h/socket', ...settings });
    run.start(0);
    run.opened(1);
    return run;
  };

  test('is taken as plain with its first message, which counts', () => {
    const run = echoed({ blockSize: 1 });
    expect(typesOf(run.receive(2, 'tick'))).toEqual(['connected', 'block', 'send']);
    expect(only(run.outputs, 'connected')[0]?.source.welcome).toBeUndefined();
    expect(run.blocks).toEqual([expect.objectContaining({ count: 1, bytes: 4 })]);
    run.stop(3);
    expect(run.verdict).toMatchObject({ verdict: 'interrupted', messages: 1 });
  });

  test('is offered none after an outage', () => {
    const run = echoed();
    run.receive(2, 'tick');
    run.closed(3, 1006);
    expect(only(run.wake(3 + RETRY_MS), 'open')[0]?.proof).toBe(false);
    expect(typesOf(run.openedPlain(200))).toEqual(['resumed']);
  });

  test('ends unproved, never proved', () => {
    const run = echoed({ count: 2 });
    run.receive(2, 'tick');
    run.receive(3, 'tack');
    expect(run.verdict).toMatchObject({ verdict: 'unproved', messages: 2, expected: 2 });
  });

  test('and is silent is told from one that does not answer', () => {
    const run = echoed();
    const [, disconnected] = run.wake(10_000);
    expect(disconnected).toMatchObject({
      type: 'disconnected',
      reason: expect.stringContaining('no welcome'),
    });
  });
});

describe('a plain server that closes', () => {
  const plain = (settings = {}) => {
    const run = new ClientRun({ url: URL_OF_OTHERS, plain: true, blockSize: 2, ...settings });
    run.start(0);
    run.openedPlain(1);
    run.receive(2, 'one');
    return run;
  };

  test.each([1000, 1005])('as one that has sent all (%i) ends the run with its last, short block', (code) => {
    const run = plain();
    run.receive(3, 'two');
    run.receive(4, 'three');
    expect(typesOf(run.closed(5, code))).toEqual(['block', 'end', 'closed']);
    expect(run.blocks.at(-1)).toMatchObject({ count: 1, partial: true });
    expect(run.verdict).toMatchObject({ verdict: 'unproved', messages: 3, expected: 3 });
  });

  test('before the count has come ends it as a failure', () => {
    const run = plain({ count: 3 });
    run.closed(5, 1000, 'bye');
    expect(run.verdict).toMatchObject({
      verdict: 'failed',
      integrity: true,
      error: 'the connection ended: bye (close code 1000)',
      notCome: { from: 1, to: 2 },
    });
  });

  test.each([1001, 1006, 1011, 1012])('in any other way (%i) is come back to', (code) => {
    expect(typesOf(plain().closed(5, code))).toEqual(['disconnected']);
  });

  test('has nothing to send to a run of no messages, which ends before any came', () => {
    const check = new LocalCheck(STREAM.name);
    for (const settings of [{ count: 0 }, { count: 0, check }]) {
      const run = new ClientRun({ url: URL_OF_OTHERS, plain: true, ...settings });
      run.start(0);
      run.openedPlain(1);
      expect(run.verdict).toMatchObject({ verdict: 'unproved', messages: 0, expected: 0 });
    }
  });

  test('in any other way ends a run that is to have one connection', () => {
    const run = plain({ once: true });
    expect(typesOf(run.closed(5, 1006))).toEqual(['block', 'end', 'closed']);
    expect(run.verdict).toMatchObject({ verdict: 'failed', integrity: false });
  });

  test('has not been checked, and its verdict says so', () => {
    const run = plain();
    run.stop(3);
    expect(run.verdict).toMatchObject({ verdict: 'interrupted', checked: false, tailKnown: false });
  });

  test('leaves the query to its owner: the count in it is not ours', () => {
    const run = plain();
    run.stop(3);
    expect(run.verdict).toMatchObject({ messages: 1, expected: 1 });
  });

  test('gets no word from a run that only listens', () => {
    const run = plain({ listenOnly: true });
    run.receive(3, 'two');
    expect(run.blocks).toHaveLength(1);
    expect(only(run.outputs, 'send')).toEqual([]);
  });
});

describe('a relay', () => {
  const relayed = (settings = {}) => {
    const check = new LocalCheck(STREAM.name);
    const run = new ClientRun({ url: 'ws://h/relay', plain: true, count: 6, check, ...settings });
    run.start(0);
    run.openedPlain(1);
    return run;
  };
  const HEARTBEAT = '{"type":"heartbeat"}';

  test('that adds messages of its own is told of them, and accused of nothing else', () => {
    const run = relayed();
    run.receive(2, HEARTBEAT);
    for (const seq of [0, 1, 2, 3]) {
      run.receive(3, text(seq));
      run.receive(3, HEARTBEAT);
    }
    run.data(4, 4, 5);
    expect(only(run.outputs, 'connected')[0]?.source.from).toBe(0);
    expect(only(run.outputs, 'foreign').map(({ excerpt }) => excerpt)).toEqual(Array(5).fill(HEARTBEAT));
    expect(run.blocks.map(({ count }) => count)).toEqual([3, 3]);
    expect(run.verdict).toMatchObject({
      verdict: 'failed',
      error: 'messages came that are none of the stream',
      messages: 6,
      repeated: 0,
      corrupt: 0,
      foreign: 5,
    });
  });

  test('that adds messages of its own is proved all the same if they are to be ignored', () => {
    const run = relayed({ ignoreForeign: true });
    for (const seq of [0, 1, 2, 3, 4, 5]) {
      run.receive(2, HEARTBEAT);
      run.data(3, seq);
    }
    expect(run.verdict).toMatchObject({ verdict: 'proved', messages: 6, foreign: 6 });
  });

  test.each([[[]], [[HEARTBEAT, HEARTBEAT]]])(
    'that sends none of the stream before it ends the run has proved nothing: %j',
    (texts) => {
      const run = relayed({ count: undefined, ignoreForeign: true });
      for (const each of texts) run.receive(2, each);
      run.closed(3, 1000);
      expect(run.verdict).toMatchObject({ verdict: 'unproved', messages: 0, foreign: texts.length });
    },
  );

  test('that only sends messages of its own has stalled', () => {
    const run = relayed({ idleTimeoutMs: 1000, ignoreForeign: true });
    run.data(2, 0, 1, 2, 3);
    for (let ms = 100; ms < 1000; ms += 100) run.receive(ms, HEARTBEAT);
    run.wake(1002);
    expect(run.verdict).toMatchObject({ error: 'stalled at seq 4: no message came for 1 s', foreign: 9 });
  });

  test('that damages a message is told of damage, not of a foreign one', () => {
    const run = relayed();
    run.data(2, 0, 1);
    run.receive(3, text(2).replace('"seq":2', '"seq":4'));
    run.receive(3, text(3).slice(0, 30));
    run.receive(3, text(4).replace('"data":"', '"DATA":"'));
    run.data(4, 5);
    expect(run.verdict).toMatchObject({ corrupt: 3, foreign: 0, lost: 0, repeated: 0 });
  });

  test('that joins several messages in one ends the run, which says so', () => {
    const run = relayed();
    run.receive(2, [0, 1, 2].map(text).join('\n'));
    expect(run.verdict).toMatchObject({
      verdict: 'failed',
      integrity: true,
      error: 'one WebSocket message holds several of the stream, joined by newlines, from seq 0 on',
    });
  });

  test('is connected before its first message, which then says where the run begins', () => {
    const run = relayed();
    expect(typesOf(run.outputs)).toEqual(['open', 'opened']);
    expect(typesOf(run.receive(2, text(0)))).toEqual(['connected']);
    const said = relayed({ from: 2 });
    expect(typesOf(said.outputs)).toEqual(['open', 'opened', 'connected']);
  });

  test.each([
    { of: 'its end before its beginning', seqs: [3, 4, 5, 0, 1, 2], reordered: 3, lost: 0 },
    { of: 'all backwards', seqs: [5, 4, 3, 2, 1, 0], reordered: 5, lost: 0 },
    { of: 'its second message before its first', seqs: [1, 0, 2, 3, 4, 5], reordered: 1, lost: 0 },
  ])('that sends $of is told of each place', ({ seqs, reordered, lost }) => {
    const run = relayed();
    run.data(2, ...seqs);
    expect(run.verdict).toMatchObject({ verdict: 'failed', messages: 6, expected: 6, lost, reordered });
    expect(run.verdict).toMatchObject({ assumedFrom: 0, from: 0, foreign: 0, repeated: 0 });
  });

  test('that sends its beginning last, and not all of it, is told of what is lost when the run ends', () => {
    const run = relayed({ idleTimeoutMs: 1000 });
    run.data(2, 3, 4, 5, 0);
    expect(run.verdict).toBeUndefined();
    run.data(3, 6); // beyond the count
    run.wake(1003);
    expect(run.verdict).toMatchObject({
      error: 'stalled at seq 1: no message came for 1 s',
      messages: 4,
      lost: 2,
      reordered: 1,
      foreign: 1,
    });
    expect(run.verdict).not.toHaveProperty('notCome');
  });

  test('that sends what is before all that the count allows sends foreign messages', () => {
    const run = relayed({ count: 3 });
    run.data(2, 4, 5, 0, 6);
    expect(run.verdict).toMatchObject({ foreign: 1, messages: 3, assumedFrom: 4, lost: 0, reordered: 0 });
  });

  test('says in its verdict where the run was to begin, if that was given', () => {
    const run = relayed({ from: 2 });
    run.data(2, 2, 3, 4, 5, 6, 7);
    expect(run.verdict).toMatchObject({ verdict: 'proved', from: 2 });
    expect(run.verdict).not.toHaveProperty('assumedFrom');
  });

  test.each([
    [{ count: 6 }, true],
    [{ count: undefined }, false],
  ])('tells with %j whether it is known how far it was to go: %j', (settings, tailKnown) => {
    const run = relayed(settings);
    run.data(2, 0, 1, 2, 3, 4, 5);
    run.closed(3, 1000);
    expect(run.verdict).toMatchObject({ verdict: 'proved', tailKnown, checked: true });
  });

  test('that adds messages without end makes the client grow no more than by the first', () => {
    const run = relayed();
    run.data(2, 0);
    for (let index = 0; index < 1000; index++) run.receive(3, 'x'.repeat(10_000));
    const told = only(run.outputs, 'foreign');
    expect(told).toHaveLength(100);
    expect(Math.max(...told.map(({ excerpt }) => excerpt.length))).toBeLessThanOrEqual(101);
  });
});
