import { describe, expect, test } from 'vitest';
import { ClientRun, RETRY_MS, typesOf } from './client-run.ts';

describe('the time to give up', () => {
  test('is when it was said, in the wait between two attempts', () => {
    const run = new ClientRun({ giveUpMs: 2000, random: () => 1 });
    run.start(0);
    for (let ms = 5; ms < 2000; ms = run.session.wakeMs()) {
      run.wake(ms);
      run.failed(ms, undefined, 'connect ECONNREFUSED');
    }
    expect(run.session.wakeMs()).toBe(2000);
    expect(run.wake(1999)).toEqual([]);
    expect(typesOf(run.wake(2000))).toEqual(['end', 'closed']);
    expect(run.verdict).toMatchObject({
      verdict: 'failed',
      integrity: false,
      error: 'no connection for 2 s: connect ECONNREFUSED',
    });
  });

  test.each([false, true])('is when it was said, while a handshake is pending (open: %s)', (open) => {
    const run = new ClientRun({ giveUpMs: 2000 });
    run.start(0);
    if (open) run.opened(100);
    expect(run.session.wakeMs()).toBe(2000);
    expect(typesOf(run.wake(2000))).toEqual(['end', 'terminate']);
    expect(run.verdict?.error).toBe('no connection for 2 s: the server has not answered the handshake');
  });

  test('counts each outage from its beginning', () => {
    const run = new ClientRun({ giveUpMs: 2000 }).begin();
    run.comeBack(1500);
    run.closed(3000, 1006);
    run.wake(3000 + RETRY_MS);
    expect(run.session.wakeMs()).toBe(5000);
  });
});

describe('the time without a message', () => {
  test('ends a count that can not come: the tail is told, and what came is verified', () => {
    const run = new ClientRun({ count: 6, idleTimeoutMs: 5000 }).begin();
    run.data(100, 0, 1, 2, 3);
    expect(run.session.wakeMs()).toBe(5100);
    expect(typesOf(run.wake(5100))).toEqual(['block', 'send']);
    expect(typesOf(run.verified(5110, 2))).toEqual(['close', 'end']);
    expect(run.verdict).toMatchObject({
      verdict: 'failed',
      integrity: true,
      error: 'stalled at seq 4: no message came for 5 s',
      messages: 4,
      expected: 6,
      lost: 0,
      notCome: { from: 4, to: 5 },
    });
  });

  test('does not run over an outage, and a connection that brings nothing goes on with it', () => {
    const run = new ClientRun({ idleTimeoutMs: 5000 }).begin();
    run.closed(3000, 1006);
    run.wake(3000 + RETRY_MS);
    run.opened(60_000);
    run.welcome(60_000);
    expect(run.session.wakeMs()).toBe(62_000);
    run.wake(62_000);
    expect(run.verdict?.error).toBe('stalled at seq 0: no message came for 5 s');
  });

  test('does not run while nobody reads', () => {
    const run = new ClientRun({ idleTimeoutMs: 5000 }).begin();
    run.session.notReading({ monotonicMs: 4000, wallMs: 0 });
    expect(run.session.wakeMs()).toBe(9000);
  });

  test('a server that does not answer the last receipt either does not hold the end up for more than 10 s', () => {
    const run = new ClientRun({ count: 6, idleTimeoutMs: 5000 }).begin();
    run.data(100, 0);
    run.wake(5100);
    expect(typesOf(run.wake(15_100))).toEqual(['end', 'terminate']);
    expect(run.verdict?.error).toMatch(/^stalled at seq 1/);
  });
});

describe('the time of the run', () => {
  test('ends a run without a count as one that has all it wanted', () => {
    const run = new ClientRun({ durationMs: 1000 }).begin();
    run.data(10, 0, 1, 2, 3);
    expect(run.session.wakeMs()).toBe(1000);
    run.verified(20, 1);
    expect(typesOf(run.wake(1000))).toEqual(['block', 'send']);
    run.verified(1001, 2);
    expect(run.verdict).toMatchObject({ verdict: 'proved', messages: 4, expected: 4 });
  });

  test('is too short for a count that has not come', () => {
    const run = new ClientRun({ durationMs: 1000, count: 6 }).begin();
    run.data(10, 0, 1, 2);
    run.verified(20, 1);
    expect(typesOf(run.wake(1000))).toEqual(['close', 'end']);
    expect(run.verdict).toMatchObject({
      verdict: 'failed',
      integrity: true,
      error: 'the 1 s of the run are over',
      notCome: { from: 3, to: 5 },
    });
  });

  test('that passes without a connection proves nothing', () => {
    const run = new ClientRun({ durationMs: 1000 });
    run.start(0);
    run.failed(990, undefined, 'connect ECONNREFUSED');
    run.wake(1000);
    expect(run.verdict).toMatchObject({
      verdict: 'failed',
      integrity: false,
      error: 'no connection within 1 s: connect ECONNREFUSED',
    });
  });

  test('that ends in an outage leaves what was not verified unproved', () => {
    const run = new ClientRun({ durationMs: 1000 }).begin();
    run.data(10, 0, 1, 2);
    run.closed(950, 1006);
    expect(typesOf(run.wake(1000))).toEqual(['end', 'closed']);
    expect(run.verdict).toMatchObject({ verdict: 'failed', unverifiedBlocks: 1 });
  });
});
