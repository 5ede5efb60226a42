import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Deadlines } from '../../src/host/deadlines.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

test('each ends when its time is over, in the order in which they came', () => {
  const ended: string[] = [];
  const deadlines = new Deadlines<string>(1000, (each) => ended.push(each));
  deadlines.add('a');
  vi.advanceTimersByTime(400);
  deadlines.add('b');
  vi.advanceTimersByTime(599);
  expect(ended).toEqual([]);
  vi.advanceTimersByTime(2);
  expect(ended).toEqual(['a']);
  vi.advanceTimersByTime(400);
  expect(ended).toEqual(['a', 'b']);
  expect(vi.getTimerCount()).toBe(0);
});

test('one that is taken back does not end, and leaves no timer behind', () => {
  const ended: string[] = [];
  const deadlines = new Deadlines<string>(1000, (each) => ended.push(each));
  deadlines.add('a');
  deadlines.add('b');
  deadlines.remove('a');
  vi.advanceTimersByTime(1001);
  expect(ended).toEqual(['b']);
  deadlines.add('c');
  deadlines.remove('c');
  expect(vi.getTimerCount()).toBe(0);
});

test('thousands that are over together end by turns, between which the event loop comes round', () => {
  let ended = 0;
  let nowMs = performance.now();
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
  const deadlines = new Deadlines<number>(1000, () => {
    ended++;
    nowMs += 0.1; // what it takes to end one
  });
  for (let i = 0; i < 2000; i++) deadlines.add(i);
  nowMs += 1001;
  vi.advanceTimersToNextTimer();
  let most = ended;
  for (let before = ended; ended < 2000; before = ended) {
    vi.advanceTimersToNextTimer();
    most = Math.max(most, ended - before);
  }
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThan(30);
});
