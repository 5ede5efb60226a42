import { expect, onTestFinished, test } from 'vitest';
import { connect } from '../../src/client/connect.ts';
import type { TimedEvent } from '../../src/client/run/client-event.ts';
import type { ServeOptions } from '../../src/server/options/serve-options.ts';
import { serve } from '../../src/server/serve.ts';

/** What a busy machine may add, to the quickest message of some. */
const SLACK_MS = 200;

/** Ten blocks of a paced stream. */
async function timed(options: ServeOptions): Promise<TimedEvent[]> {
  const server = await serve({ port: 0, ...options });
  onTestFinished(() => server.close());
  const events: TimedEvent[] = [];
  const run = connect(`${server.url}/users?seed=7&rate=50&count=50`, {
    timing: true,
    onEvent: (event) => {
      if (event.event === 'timed') events.push(event);
    },
  }).start();
  expect((await run.closed).verdict).toBe('proved');
  return events;
}

test('a way without delay shows as one, and the clocks of both ends are compared', async () => {
  const events = await timed({});
  expect(events.map(({ block }) => block)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  // The quickest of them: others waited for a machine that was busy.
  const least = (numbers: (number | null)[]) =>
    Math.min(...numbers.map((number) => Math.abs(number ?? Number.NaN)));
  expect(least(events.map(({ latency_ms }) => latency_ms))).toBeLessThan(SLACK_MS);
  expect(least(events.map(({ clock_error_ms }) => clock_error_ms))).toBeLessThan(SLACK_MS);
  // Never early, as far as the clocks are known.
  for (const { latency_ms, clock_error_ms } of events)
    expect(latency_ms ?? Number.NaN).toBeGreaterThan(-(clock_error_ms ?? Number.NaN) - 1);
});

test('a delay of 100 ms shows as one, within the error that is told', async () => {
  const all = await timed({ chaos: 'delay=100ms' });
  // What was sent before the server was asked for the time, and told, is not dated.
  const events = all.slice(all.findIndex(({ latency_from_send_ms }) => latency_from_send_ms !== null));
  for (const { latency_ms, latency_from_send_ms, clock_error_ms } of events) {
    const error = clock_error_ms ?? Number.NaN;
    expect(error).toBeGreaterThanOrEqual(45); // half of a way that is slow in one direction
    expect(latency_ms ?? Number.NaN).toBeGreaterThanOrEqual(100 - error);
    expect(latency_from_send_ms ?? Number.NaN).toBeGreaterThanOrEqual(100 - error);
    expect(latency_ms ?? Number.NaN).toBeGreaterThanOrEqual(latency_from_send_ms ?? Number.NaN);
  }
  const least = (numbers: (number | null)[]) => Math.min(...numbers.map((number) => number ?? Number.NaN));
  const error = least(events.map(({ clock_error_ms }) => clock_error_ms));
  expect(error).toBeLessThanOrEqual(50 + SLACK_MS);
  expect(least(events.map(({ latency_ms }) => latency_ms))).toBeLessThanOrEqual(100 + error + SLACK_MS);
});
