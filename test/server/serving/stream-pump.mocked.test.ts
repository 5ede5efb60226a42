import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type FrameConnection, WEBSOCKET_LINK } from '../../../src/carriage/connection.ts';
import { Host, systemHost } from '../../../src/host/host.ts';
import { TurnAddress, TurnTaker } from '../../../src/host/turns.ts';
import { KindCounts } from '../../../src/server/clients/counts.ts';
import { presenceOf } from '../../../src/server/serving/presence-of.ts';
import { StreamPump } from '../../../src/server/serving/stream-pump.ts';
import { ServerSession } from '../../../src/session/conversation/server-session.ts';
import { parseStreamRequest } from '../../../src/session/stream-request.ts';
import { SegmentCache } from '../../../src/stream/segment/segment-cache.ts';
import { type Piece, SegmentMemory } from '../../../src/stream/segment/segment-memory.ts';
import { VirtualMachine, VirtualTime } from '../../simulation/virtual-time.ts';

const TURNS = 50;

/** What a socket says, and all that is written to it. */
class TestConnection implements FrameConnection {
  readonly turns = new TurnTaker(new TurnAddress());
  takesMore: () => boolean;
  hasUnsent = false;
  hasUnread = false;
  readonly written: Uint8Array[] = [];
  readonly parts: { from: number; to: number }[] = [];
  readonly texts: { text: string; afterParts: number }[] = [];
  reading = true;
  calls = 0;
  pings = 0;
  /** Bytes written in each turn. */
  readonly turnBytes: number[] = [];

  constructor(takesMore: () => boolean) {
    this.takesMore = takesMore;
  }

  get takesFrames(): boolean {
    return this.takesMore();
  }

  listen(): void {}

  /** Each turn begins with it. */
  cork(): void {
    this.turnBytes.push(0);
  }

  writeFrames(frames: readonly Uint8Array[]): void {
    this.calls++;
    this.written.push(...frames);
    const bytes = frames.reduce((sum, { length }) => sum + length, 0);
    this.turnBytes.push((this.turnBytes.pop() ?? 0) + bytes);
  }

  writePart(frame: Uint8Array, from: number, to: number): void {
    this.parts.push({ from, to });
    this.writeFrames([frame.slice(from, to)]);
  }

  uncork(): void {}

  sendText(text: string): void {
    this.texts.push({ text, afterParts: this.parts.length });
  }

  sendBytes(): void {}

  ping(): void {
    this.pings++;
  }

  setReading(reading: boolean): void {
    this.reading = reading;
  }

  close(): void {}
  terminate(): void {}
}

/** A pump, at full speed unless said otherwise. */
function pumping(
  takesMore: () => boolean,
  memory: SegmentMemory = new SegmentMemory(0),
  query = 'size=100&rate=max',
  heartbeatMs = 10_000,
  host = systemHost,
) {
  const request = parseStreamRequest(`/bytes?${query}`, { seed: 1, ratePerSecond: 10 });
  const source = new SegmentCache(10_000_000, memory).source(request.stream, 'websocket');
  const settings = {
    client: 'alice',
    token: 'secret-1',
    plain: false,
    link: WEBSOCKET_LINK,
    request,
    source,
  };
  const session = new ServerSession({ ...settings, heartbeatMs, version: '0' }, host.now());
  const connection = new TestConnection(takesMore);
  const pump = new StreamPump(session, connection, host, memory, {
    counts: new KindCounts(),
    tell: () => {},
    sinceMs: 0,
    presence: () => presenceOf(session, { carriage: 'websocket', remote: '', sinceMs: 0 }, host.now()),
    left: () => {},
    lingers: () => {},
  });
  onTestFinished(() => pump.closed(1006));
  pump.start();
  return { pump, connection };
}

/** A socket that takes what comes in so many calls. */
function room(calls: number): () => boolean {
  let asked = 0;
  return () => asked++ < calls;
}

function lieIn(bytes: Uint8Array, memory: Uint8Array): boolean {
  const at = bytes.byteOffset - memory.byteOffset;
  return bytes.buffer === memory.buffer && at >= 0 && at < memory.length;
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await nextTurn();
}

/** Time goes on by so much each time that it is asked for, however busy the machine is. */
function stepClock(stepMs: number): void {
  let nowMs = performance.now();
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => {
    nowMs += stepMs;
    return nowMs;
  });
  onTestFinished(() => clock.mockRestore());
}

/** Gives, of each alarm at which messages were due, whether they came before others' turns. */
function spyOnLetIn(): () => boolean[] {
  const keepsUp = vi.spyOn(TurnTaker.prototype, 'keepsUp', 'get');
  onTestFinished(() => keepsUp.mockRestore());
  return () => keepsUp.mock.results.map(({ value }) => value as boolean);
}

test('writes nothing more once the socket says stop, until it drains', async () => {
  const { pump, connection } = pumping(room(1));
  await turns();
  expect(connection.calls).toBe(1);
  pump.message(Buffer.from('hello'), true); // has its turn, too
  await turns();
  expect(connection.calls).toBe(1);
  connection.takesMore = room(1);
  pump.drained();
  await turns();
  expect(connection.calls).toBe(2);
});

test('goes on writing while the socket takes it', async () => {
  const { connection } = pumping(() => true);
  await turns();
  expect(connection.turnBytes.length).toBeGreaterThan(10);
});

test('a turn is over when its time is, however few bytes there were', async () => {
  stepClock(1); // what each piece takes to make
  const { connection } = pumping(() => true);
  await turns();
  expect(connection.turnBytes.length).toBeGreaterThan(10);
  expect(Math.max(...connection.turnBytes)).toBeGreaterThan(0);
  expect(Math.max(...connection.turnBytes)).toBeLessThan(200_000);
});

test('a turn has no more bytes than it may, and the rest of a segment', async () => {
  stepClock(0.02);
  const { connection } = pumping(() => true);
  await turns();
  expect(Math.max(...connection.turnBytes)).toBeLessThan(1_048_576 + 92_700);
});

test('sends little while receipts wait to be verified', async () => {
  stepClock(0.02);
  const { pump, connection } = pumping(() => true);
  await turns();
  const before = connection.turnBytes.length;
  expect(Math.max(...connection.turnBytes)).toBeGreaterThan(500_000);
  vi.spyOn(pump.session.conversation, 'hasWork', 'get').mockReturnValue(true);
  await turns();
  const [, ...sent] = connection.turnBytes.slice(before - 1);
  expect(Math.max(...sent)).toBeGreaterThan(0);
  expect(Math.max(...sent)).toBeLessThan(200_000);
});

test('a client whose input waits for its turn is not taken for silent', async () => {
  const { pump, connection } = pumping(() => true, undefined, 'size=100&rate=200');
  await turns();
  const excused = vi.spyOn(pump.session.conversation, 'excuse');
  connection.hasUnread = true;
  pump.framesMade(); // it has its turn
  await turns();
  expect(excused).toHaveBeenCalled();
});

test('pings go out at their interval between messages that are sent as they come to be due', async () => {
  const time = new VirtualTime(1);
  const host = new Host(new VirtualMachine(time));
  const { pump, connection } = pumping(() => true, undefined, 'size=100&rate=200', 50, host);
  const ping = connection.ping.bind(connection);
  connection.ping = () => {
    ping();
    pump.answered();
  };
  await time.runUntil(() => false, 1000);
  expect(connection.pings).toBeGreaterThanOrEqual(19);
  expect(connection.pings).toBeLessThanOrEqual(20);
  expect(connection.calls).toBeGreaterThanOrEqual(200);
});

describe('beside others', () => {
  test('what is due is sent between any two of their turns, though the client has as much to do as they', async () => {
    const { pump, connection } = pumping(() => true, undefined, 'size=100&rate=200');
    await turns();
    vi.spyOn(pump.session.conversation, 'hasWork', 'get').mockReturnValue(true);
    let turnsOfOthers = 0;
    for (let i = 0; i < 40; i++) {
      const taker = new TurnTaker(connection.turns.address);
      const job = () => {
        const endMs = performance.now() + 3;
        while (performance.now() < endMs);
        turnsOfOthers++;
        return true;
      };
      systemHost.turns.add(job, taker);
      onTestFinished(() => systemHost.turns.remove(job, taker));
    }
    pump.message(Buffer.from('hello'), true); // has it see that there are receipts
    await vi.waitFor(() => expect(turnsOfOthers).toBeGreaterThan(100), { timeout: 120_000 });
    connection.calls = 0;
    turnsOfOthers = 0;
    await vi.waitFor(() => expect(connection.calls).toBeGreaterThan(10), { timeout: 120_000, interval: 1 });
    expect(turnsOfOthers / connection.calls).toBeLessThan(10);
  });

  test.each(['max', '9999999'])(
    'who is owed more than can be sent at once waits for its turn: rate=%s',
    async (rate) => {
      const letIn = spyOnLetIn();
      stepClock(1); // in which more comes to be due than is sent
      const { connection } = pumping(() => true, undefined, `size=100&rate=${rate}`);
      await turns();
      expect(connection.calls).toBeGreaterThan(20);
      expect(letIn()).not.toContain(true);
    },
  );
});

test('messages that are due and take long to make, as large ones do, wait for their turn', async () => {
  const letIn = spyOnLetIn();
  const { connection } = pumping(() => true, undefined, 'size=100000&rate=200');
  await vi.waitFor(() => expect(connection.calls).toBeGreaterThan(4), { timeout: 120_000 });
  expect(letIn()).not.toContain(true);
});

describe('the memory of frames', () => {
  /** Pumps some pieces, drops their segments and gives what tells which pieces can be used again. */
  async function dropped(hasUnsent: boolean) {
    stepClock(0.02);
    const memory = new SegmentMemory(100);
    const taken: Piece[] = [];
    const take = memory.take.bind(memory);
    vi.spyOn(memory, 'take').mockImplementation(() => {
      const piece = take();
      if (piece !== undefined) taken.push(piece);
      return piece;
    });
    const { pump, connection } = pumping(room(1), memory);
    connection.hasUnsent = hasUnsent;
    await turns();
    const pieces = new Set(
      taken.filter(({ bytes }) => connection.written.some((frames) => lieIn(frames, bytes))),
    );
    expect(pieces.size).toBeGreaterThan(1);
    for (const piece of pieces) piece.drop();
    const usable = () =>
      Array.from({ length: 100 }, () => memory.take()).filter(
        (piece) => piece !== undefined && pieces.has(piece),
      ).length;
    return { pump, pieces: pieces.size, usable };
  }

  test('can be used again at once if the socket has sent them', async () => {
    const { pieces, usable } = await dropped(false);
    expect(usable()).toBe(pieces);
  });

  test('is held until the socket has sent them', async () => {
    const { pump, pieces, usable } = await dropped(true);
    expect(usable()).toBe(0);
    pump.drained();
    expect(usable()).toBe(pieces);
  });

  test('is not held while others hold much of it: what is written is a small copy', async () => {
    const memory = new SegmentMemory(10);
    const pieces = Array.from({ length: 3 }, () => memory.take());
    for (const piece of pieces) piece?.hold();
    expect(memory.crowded).toBe(true);
    const { connection } = pumping(room(1), memory);
    connection.hasUnsent = true;
    await turns();
    const bytes = connection.written.reduce((sum, { length }) => sum + length, 0);
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(16_384 + 1000);
    for (const written of connection.written) expect(written.buffer).not.toBe(memory.buffer);
    pieces[0]?.release();
    expect(memory.crowded).toBe(false); // which it would be if what was copied were held as well
  });

  test('of a large message goes in parts then, and what is said waits for the last of them', async () => {
    const memory = new SegmentMemory(10);
    for (let i = 0; i < 3; i++) memory.take()?.hold();
    let mostParts = 3;
    const takes = () => connection.parts.length < mostParts;
    const { pump, connection } = pumping(takes, memory, 'size=50000&rate=max');
    await turns();
    expect(connection.parts.map(({ to }) => to)).toEqual([16_384, 32_768, 49_152]);
    const question = new TextEncoder().encode('\x1e{"type":"clock_request","t1_ms":1}');
    for (let i = 0; i < 30; i++) pump.message(question, true);
    await turns();
    expect(connection.texts).toHaveLength(1); // the welcome
    expect(connection.reading).toBe(false);
    mostParts = 4;
    pump.drained();
    await turns();
    expect(connection.parts[3]).toEqual({ from: 49_152, to: 50_004 });
    expect(connection.texts.slice(1).every(({ afterParts }) => afterParts === 4)).toBe(true);
    expect(connection.texts.length).toBeGreaterThan(1);
    expect(connection.reading).toBe(true);
  });

  test('is held until the connection is closed', async () => {
    const { pump, pieces, usable } = await dropped(true);
    expect(usable()).toBe(0);
    pump.closed(1006);
    expect(usable()).toBe(pieces);
  });
});
