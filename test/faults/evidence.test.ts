import { describe, expect, test } from 'vitest';
import {
  earlyFaults,
  lateFaults,
  latencyFaults,
  sliceFaults,
  tooSoonFaults,
} from '../../lab/faults/evidence.mjs';

describe('a delay of 50 to 150 ms', () => {
  const path = { leastMs: 50, mostMs: 150 };
  const clean = { p50: 2, p99: 20 };

  test('shows in the median and in the 99th percentile', () => {
    expect(latencyFaults(clean, { p50: 102, p99: 151 }, path)).toEqual([]);
    expect(latencyFaults(clean, { p50: 117, p99: 200 }, path)).toEqual([]);
    expect(latencyFaults(clean, { p50: 87, p99: 200 }, path)).toEqual([]);
  });

  test.each([
    ['the path does nothing', { p50: 2, p99: 20 }, ['the median rose by 0.0 ms, not by 85 to 115']],
    ['it delays by more', { p50: 118, p99: 160 }, ['the median rose by 116.0 ms, not by 85 to 115']],
    ['the latency is cut off', { p50: 50, p99: 50 }, ['the median rose by 48.0 ms, not by 85 to 115']],
    ['some take too long', { p50: 102, p99: 201 }, ['p99 is 201.0 ms, more than 150 + 50']],
    [
      'nothing was measured',
      { p50: Number.NaN, p99: Number.NaN },
      ['the median rose by NaN ms, not by 85 to 115', 'p99 is NaN ms, more than 150 + 50'],
    ],
  ])('is missed if %s', (_, latencies, says) => {
    expect(latencyFaults(clean, latencies, path)).toEqual(says);
  });

  test('lets a busy machine take longer beside the short form, and no path be shorter', () => {
    expect(tooSoonFaults({ p50: 102, error: 1 }, path)).toEqual([]);
    expect(tooSoonFaults({ p50: 5000, error: 1 }, path)).toEqual([]);
    expect(tooSoonFaults({ p50: 80, error: 5 }, path)).toEqual([]);
    expect(tooSoonFaults({ p50: 80, error: 4 }, path)).toEqual([
      'the median is 80.0 ms, plus or minus 4.0, not 85 or more',
    ]);
    expect(tooSoonFaults({ p50: Number.NaN, error: 4 }, path)).toHaveLength(1);
  });

  test('lets no message come before it is over, as far as the clocks are known', () => {
    const block = { client: 'ann-1', block: 1, latency_ms: 49, clock_error_ms: 1 };
    expect(earlyFaults({ timed: [block, { ...block, latency_ms: -10, clock_error_ms: 60 }] }, 50)).toEqual(
      [],
    );
    expect(earlyFaults({ timed: [block, { ...block, block: 2, latency_ms: 48 }] }, 50)).toEqual([
      'block 2 of ann-1 came after 48 ms, plus or minus 1',
    ]);
    const unknown = { ...block, latency_ms: null, clock_error_ms: null };
    expect(earlyFaults({ timed: [unknown] }, 50)).toEqual(['none of 1 blocks has a latency']);
    expect(earlyFaults({ timed: [unknown, block] }, 50)).toEqual([]);
    expect(earlyFaults({ timed: [block, unknown] }, 50)).toHaveLength(1);
  });
});

test('slices show in what is read at once, and in the speed', () => {
  const measured = { bytesARead: 4, whole: 2_000_000, fastest: 200_000 };
  expect(sliceFaults(measured)).toEqual([]);
  expect(sliceFaults({ ...measured, bytesARead: 300 })).toEqual([
    'a plain reader got 300.0 bytes at once, more than 60',
  ]);
  expect(sliceFaults({ ...measured, fastest: 1_900_000 })).toEqual([
    'the speed does not show it: 1900 kB/s, without slices 2000 kB/s',
  ]);
});

test('an attack may make a paced client twice as late, and 30 ms', () => {
  const calm = { beforeMs: 3, afterMs: 3 };
  expect(lateFaults('texts', { ...calm, attackedMs: 36 })).toEqual([]);
  expect(lateFaults('texts', { ...calm, attackedMs: 36.1 })).toEqual([
    'texts: p99 lateness rose from 3.0 to 36.1 ms, more than twice that and 30 ms',
  ]);
  expect(lateFaults('texts', { ...calm, attackedMs: Number.NaN })).toHaveLength(1);
  // What is noise before or after excuses nothing.
  expect(lateFaults('texts', { ...calm, afterMs: 200, attackedMs: 264 })).toHaveLength(1);
  expect(lateFaults('texts', { beforeMs: 200, afterMs: 31, attackedMs: 90 })).toEqual([
    'texts: the machine is too busy to judge: p99 lateness is 31.0 ms without it',
  ]);
  expect(lateFaults('texts', { beforeMs: Number.NaN, afterMs: 3, attackedMs: 3 })).toHaveLength(1);
});
