import { once } from 'node:events';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { LIVE_EPOCH_MS } from '../../../src/delivery/schedule.ts';
import { liveFault } from '../../../src/server/door/live-start.ts';
import { serve } from '../../../src/server/serve.ts';
import { parseStreamRequest } from '../../../src/session/stream-request.ts';

const NOW_MS = Date.UTC(2026, 10, 29, 12);
const fault = (query: string, wallMs: number) =>
  liveFault(parseStreamRequest(`/users?${query}`, { seed: 1, ratePerSecond: 10 }), wallMs);
/** The seq that is due next at 10 a second. */
const NEXT = ((NOW_MS - LIVE_EPOCH_MS) / 1000) * 10 + 1;

test.each([
  ['from=live', NOW_MS],
  ['from=live&rate=1/10h', NOW_MS],
  ['from=live&rate=1/h&profile=burst:1000', NOW_MS],
  ['from=live', LIVE_EPOCH_MS],
  ['from=live', LIVE_EPOCH_MS - 60_000],
  ['from=live:0', NOW_MS],
  [`from=live:${NEXT}`, NOW_MS],
  [`from=live:${NEXT + 590}`, NOW_MS],
  ['from=live:1&rate=1/10h', LIVE_EPOCH_MS + 1],
  ['from=live', Date.UTC(9999, 0)],
  ['from=0', 0],
  ['rate=max', 0],
])('%s is served at %i', (query, wallMs) => {
  expect(fault(query, wallMs)).toBeUndefined();
});

describe('a clock that is wrong', () => {
  test('by decades is told', () => {
    expect(fault('from=live', Date.UTC(1970, 0, 2, 0, 0, 3))).toBe(
      "live message 0 is due at 2026-01-01T00:00:00Z, and the server's clock says 1970-01-02T00:00:03Z",
    );
    expect(fault('from=live', LIVE_EPOCH_MS - 61_000)).toContain('2025-12-31T23:58:59Z');
    expect(fault('from=live:5', 0)).toContain('live message 5 is due at');
  });

  test('since it was set back is told to who was served before', () => {
    const hourMs = 3_600_000;
    expect(fault(`from=live:${NEXT}`, NOW_MS - hourMs)).toBe(
      `live message ${NEXT} is due at 2026-11-29T12:00:00Z, and the server's clock says 2026-11-29T11:00:00Z`,
    );
  });

  test('of a stream without end is told too', () => {
    expect(fault('from=live:9007199254740991&rate=0.0001', NOW_MS)).toContain('is due at');
  });
});

test('a server refuses with what its clock says, and the client may come back', async () => {
  const server = await serve({ port: 0, encoders: 0 });
  onTestFinished(() => server.close());
  const date = vi.spyOn(Date, 'now').mockReturnValue(Date.UTC(1970, 0, 2));
  onTestFinished(() => date.mockRestore());
  const socket = new WebSocket(`${server.url}/users?from=live`, 'tidemark.v1');
  const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
  expect(code).toBe(1013);
  expect(String(reason)).toMatch(
    /^live message 0 is due at 2026-01-01T00:00:00Z, and the server's clock says 1970-01-0/,
  );
  const plain = new WebSocket(`${server.url}/users?from=live`);
  const [error] = (await once(plain, 'error')) as [Error];
  expect(error.message).toContain('503');
});
