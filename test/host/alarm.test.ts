import { expect, test } from 'vitest';
import type { Alarm } from '../../src/host/alarm.ts';
import { Host } from '../../src/host/host.ts';
import type { Timer } from '../../src/host/machine.ts';

/** A host on a clock of its own, on which only work takes time. */
function virtual() {
  let nowMs = 0;
  const soon: (() => void)[] = [];
  let timer: { atMs: number; callback: () => void } | undefined;
  const host = new Host({
    monotonicMs: () => nowMs,
    dateMs: () => Math.floor(nowMs),
    soon: (callback) => void soon.push(callback),
    startTimer: (afterMs, callback) => (timer = { atMs: nowMs + afterMs, callback }),
    stopTimer: (stopped: Timer) => {
      if (stopped === timer) timer = undefined;
    },
  });
  const work = (ms: number) => {
    nowMs += ms;
  };
  /** The event loop comes round once. @returns whether there was something to do */
  const round = (): boolean => {
    const callbacks = soon.splice(0);
    if (callbacks.length === 0 && timer !== undefined) nowMs = Math.max(nowMs, timer.atMs);
    const due = timer !== undefined && timer.atMs <= nowMs ? timer : undefined;
    if (due !== undefined) timer = undefined;
    due?.callback();
    for (const callback of callbacks) callback();
    return callbacks.length > 0 || due !== undefined;
  };
  return { host, work, round, now: () => nowMs };
}

test('all that are due ring in one pass, in their order, and are told one time', () => {
  const { host, work, round } = virtual();
  const rung: [string, number][] = [];
  for (const [name, atMs] of Object.entries({ b: 10.4, c: 10.9, a: 10.1 })) {
    host
      .alarm((now) => {
        rung.push([name, now.monotonicMs]);
        work(0.1);
      })
      .set(atMs);
  }
  work(10);
  round();
  expect(rung).toEqual([
    ['a', 11],
    ['b', 11],
    ['c', 11],
  ]);
});

test('a pass gives the event loop back after about 2 ms, and goes on where it was', () => {
  const { host, work, round } = virtual();
  const rung: number[] = [];
  for (let i = 0; i < 100; i++) {
    host
      .alarm(() => {
        rung.push(i);
        work(0.5);
      })
      .set(1 + i / 1000);
  }
  const counts: number[] = [];
  while (round()) counts.push(rung.length);
  expect(counts.length).toBeGreaterThan(10);
  expect(Math.max(...counts.map((count, i) => count - (counts[i - 1] ?? 0)))).toBeLessThan(17);
  expect(rung).toEqual(Array.from({ length: 100 }, (_, i) => i));
});

test('however much is due, one job that is asked for runs in each pass; and however much is asked for, what is due comes first', () => {
  const { host, work, round, now } = virtual();
  let asked = 0;
  for (let i = 0; i < 1000; i++) {
    host.turns.add(() => {
      work(2);
      asked++;
      return true;
    });
  }
  const lateMs: number[] = [];
  const alarms: Alarm[] = Array.from({ length: 40 }, (_, i) => {
    const alarm = host.alarm(() => {
      lateMs.push(now() - dueMs);
      work(0.5);
      alarm.set(now() + 1);
    });
    const dueMs = 1;
    alarm.set(dueMs + i / 1000);
    return alarm;
  });
  while (lateMs.length < alarms.length) round();
  // A pass rings four of them, and a round has a pass and a turn.
  expect(asked).toBeGreaterThanOrEqual(10);
  expect(asked).toBeLessThanOrEqual(20);
});

test('an alarm that is set for the past while it rings does so in the next pass', () => {
  const { host, round } = virtual();
  let rung = 0;
  const alarm = host.alarm(() => {
    rung++;
    if (rung < 100) alarm.set(0); // so that one that rings on in its pass ends
  });
  alarm.set(1);
  for (let pass = 1; pass <= 5; pass++) {
    round();
    expect(rung).toBe(pass);
  }
});
