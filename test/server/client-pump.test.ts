import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ServerSession } from '../../src/protocol/server-session.ts';
import { parseStreamRequest } from '../../src/protocol/stream-request.ts';
import { ClientPump } from '../../src/server/client-pump.ts';
import { SegmentCache } from '../../src/stream/segment-cache.ts';
import { SegmentMemory } from '../../src/stream/segment-memory.ts';
import type { FrameConnection } from '../../src/transport/connection.ts';
import { systemNow } from '../../src/transport/system-clock.ts';

const TURNS = 50;

/** A pump at full speed before a connection that says after each write whether it takes more. */
function pumping(takesMore: () => boolean, memory: SegmentMemory = new SegmentMemory(0)) {
  const request = parseStreamRequest('/bytes?size=100&rate=max', { seed: 1, ratePerSecond: 10 });
  const source = new SegmentCache(10_000_000, memory).source(request.stream);
  const settings = { client: 'alice', token: 'secret-1', plain: false, request, source };
  const session = new ServerSession({ ...settings, heartbeatMs: 10_000, version: '0' }, systemNow());
  let writes = 0;
  const unwritten: { frames: readonly Uint8Array[]; written: () => void }[] = [];
  const nothing = () => {};
  const connection: FrameConnection = {
    ...{ sendText: nothing, sendBinary: nothing, ping: nothing, setReading: nothing, close: nothing },
    ...{ terminate: nothing, cork: nothing, uncork: nothing },
    writeFrames: (frames, written = nothing) => {
      writes++;
      unwritten.push({ frames, written });
      return takesMore();
    },
  };
  const pump = new ClientPump(session, connection, memory, { tell: nothing, left: nothing });
  onTestFinished(() => pump.closed(1006));
  pump.start();
  return { pump, writes: () => writes, unwritten };
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await nextTurn();
}

test('writes nothing more once the socket says stop, until it drains', async () => {
  const { pump, writes } = pumping(() => false);
  await turns();
  expect(writes()).toBe(1);
  pump.drained();
  await turns();
  expect(writes()).toBe(2);
});

test('goes on writing while the socket takes it', async () => {
  const { writes } = pumping(() => true);
  await turns();
  expect(writes()).toBeGreaterThan(2);
});

test('sends little while receipts wait to be verified', async () => {
  const { pump, unwritten } = pumping(() => true);
  await turns();
  const largest = (from: number) =>
    Math.max(
      ...unwritten.slice(from).map(({ frames }) => frames.reduce((sum, { length }) => sum + length, 0)),
    );
  expect(largest(0)).toBeGreaterThan(500_000);
  const before = unwritten.length;
  vi.spyOn(pump.session, 'hasWork', 'get').mockReturnValue(true);
  await turns();
  expect(unwritten.length).toBeGreaterThan(before);
  expect(largest(before)).toBeLessThan(100_000);
});

test('holds the memory of frames until they are written', async () => {
  // Time stands still, or a turn on a busy machine would be over with the first segment.
  const clock = vi.spyOn(performance, 'now').mockReturnValue(performance.now());
  onTestFinished(() => clock.mockRestore());
  const memory = new SegmentMemory(100);
  const { unwritten } = pumping(() => false, memory);
  await turns();
  const [{ frames, written } = { frames: [], written: () => {} }] = unwritten;
  const pieces = new Set(frames.map(({ buffer }) => buffer));
  expect(pieces.size).toBeGreaterThan(1);
  for (const piece of pieces) memory.drop(piece);
  const spare = () => Array.from({ length: 100 }, () => memory.take());
  expect(spare().some((piece) => piece !== undefined && pieces.has(piece))).toBe(false);
  written();
  expect(new Set(spare().filter((piece) => piece !== undefined))).toEqual(pieces);
});
