import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Alarm } from '../../src/host/alarm.ts';
import { systemHost } from '../../src/host/host.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** An alarm that notes when it rings. */
function noted(log: string[], name: string): Alarm {
  return systemHost.alarm(() => log.push(`${name} ${performance.now()}`));
}

test('alarms ring in their order, each at its moment, by one timer', () => {
  const log: string[] = [];
  const [a, b, c] = ['a', 'b', 'c'].map((name) => noted(log, name));
  const now = performance.now();
  a?.set(now + 30);
  b?.set(now + 10);
  c?.set(now + 20);
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(100);
  expect(log).toEqual([`b ${now + 10}`, `c ${now + 20}`, `a ${now + 30}`]);
  expect(vi.getTimerCount()).toBe(0);
});

test('an alarm that is put off rings once, at the later moment', () => {
  const log: string[] = [];
  const alarm = noted(log, 'a');
  const now = performance.now();
  for (let ms = 10; ms <= 50; ms += 10) alarm.set(now + ms);
  vi.advanceTimersByTime(100);
  expect(log).toEqual([`a ${now + 50}`]);
});

test('an alarm that is brought forward rings once, at the earlier moment', () => {
  const log: string[] = [];
  const alarm = noted(log, 'a');
  const now = performance.now();
  alarm.set(now + 50);
  alarm.set(now + 5);
  vi.advanceTimersByTime(100);
  expect(log).toEqual([`a ${now + 5}`]);
});

test('an alarm that is cleared never rings, and leaves no timer behind', () => {
  const log: string[] = [];
  const alarm = noted(log, 'a');
  alarm.set(performance.now() + 10);
  alarm.clear();
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(100);
  expect(log).toEqual([]);
});

test('an alarm may set itself, and others, while it rings', () => {
  const log: string[] = [];
  const now = performance.now();
  const other = noted(log, 'other');
  const cleared = noted(log, 'cleared');
  const alarm: Alarm = systemHost.alarm(() => {
    log.push(`self ${performance.now()}`);
    if (log.length < 3) alarm.set(performance.now() + 10);
    cleared.clear();
    other.set(now + 10.5);
  });
  alarm.set(now + 10);
  cleared.set(now + 10);
  vi.advanceTimersByTime(100);
  expect(log).toEqual([`self ${now + 10}`, `other ${now + 11}`, `self ${now + 20}`, `other ${now + 21}`]);
});

test('a moment that is past rings soon, and not at once', () => {
  const log: string[] = [];
  noted(log, 'a').set(performance.now() - 5);
  expect(log).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(log).toHaveLength(1);
});

test('a moment further off than a timer of Node can wait is waited for', () => {
  const log: string[] = [];
  const now = performance.now();
  noted(log, 'a').set(now + 2 ** 31 + 1000);
  vi.advanceTimersByTime(2 ** 31);
  expect(log).toEqual([]);
  vi.advanceTimersByTime(1000);
  expect(log).toHaveLength(1);
});
