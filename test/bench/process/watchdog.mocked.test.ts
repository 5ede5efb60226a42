import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Watchdog } from '../../../src/bench/process/watchdog.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a process that hears nothing for so many turns is ended, and one that does is not', () => {
  const end = vi.fn();
  const watchdog = new Watchdog(3, end);
  for (let second = 0; second < 20; second++) {
    vi.advanceTimersByTime(1000);
    if (second % 3 === 2) watchdog.heard();
  }
  expect(end).not.toHaveBeenCalled();
  vi.advanceTimersByTime(4000);
  expect(end).toHaveBeenCalled();
});
