import { expect, test } from 'vitest';
import type { FrameConnection } from '../../../src/carriage/connection.ts';
import { Host } from '../../../src/host/host.ts';
import { TurnAddress, TurnTaker } from '../../../src/host/turns.ts';
import { Counts } from '../../../src/server/clients/counts.ts';
import { Occupants } from '../../../src/server/clients/occupants.ts';
import { type Departure, Departures, type Presence } from '../../../src/server/clients/presence.ts';
import { ALONE } from '../../../src/server/cluster/cluster.ts';
import { LiveFeed, type LiveFeedOptions } from '../../../src/server/cluster/live-feed.ts';
import type { LiveLine } from '../../../src/server/live/live-line.ts';
import { Pulse } from '../../../src/server/live/pulse.ts';
import { VirtualMachine, VirtualTime } from '../../simulation/virtual-time.ts';

const PRESENCE: Presence = {
  ...{ name: 'alice', stream: 'users?seed=7', carriage: 'websocket', from: 0, cursor: 20, rate: 10 },
  ...{ blocks: 3, verified: 2, mismatched: 0, lag_ms: 0, last_block_ms: 401.213, late_ms: 0.4 },
  ...{ address: '127.0.0.1:40000', since: '2026-01-02T03:04:05.678Z' },
};
const GONE: Departure = { ...PRESENCE, name: 'bob', reason: 'left', left: '2026-01-02T03:04:06.000Z' };

/** A pulse in virtual time, and a watcher's end of a connection. */
function virtual(given: Partial<LiveFeedOptions> = {}) {
  const time = new VirtualTime(1);
  const host = new Host(new VirtualMachine(time));
  const counts = new Counts();
  const occupants = new Occupants();
  const departures = new Departures();
  const clients = () => occupants.clients().length;
  const pulse = new Pulse({ counts, departures, clients, aligned: false }, host);
  const roster = () => occupants.clients().map((client) => client.presence());
  const feed = new LiveFeed(
    {
      ...{ pulse, cluster: ALONE, since: (number) => ({ ...pulse.since(number), roster: roster() }) },
      ...{ chaos: '', dismisses: true, onLoopback: true, ...given },
    },
    host,
  );
  pulse.start();
  const pass = (seconds: number) => {
    let passed = false;
    time.after(seconds * 1000 + 10, () => {
      passed = true;
    });
    return time.runUntil(() => passed, Number.POSITIVE_INFINITY);
  };
  return { pulse, feed, pass, counts, occupants, departures };
}

function watched(feed: LiveFeed, byAdmin = false) {
  const lines: LiveLine[] = [];
  const end = { takes: true, terminated: false, left: false };
  const connection: FrameConnection = {
    ...{ turns: new TurnTaker(new TurnAddress()), hasUnread: false, hasUnsent: false },
    get takesFrames() {
      return end.takes;
    },
    writeFrames: (frames) =>
      void lines.push(...frames.map((each) => JSON.parse(Buffer.from(each).toString()))),
    terminate: () => {
      end.terminated = true;
    },
    ...{ listen() {}, sendText() {}, sendBytes() {}, ping() {}, setReading() {}, close() {} },
    ...{ writePart() {}, cork() {}, uncork() {} },
  };
  const watcher = feed.watch(connection, byAdmin, () => {
    end.left = true;
  });
  const taken = () => lines.splice(0);
  return { watcher, end, taken, types: () => taken().map(({ type }) => type) };
}

const joined = ({ occupants }: { occupants: Occupants }, client: Presence = PRESENCE) => {
  occupants.enter(
    { release() {} },
    {
      stop() {},
      terminate() {},
      hold() {},
      client: { name: client.name, sinceMs: 0, presence: () => client, dismiss() {} },
    },
  );
};

test('who watches gets what has been at once, then a line a second', async () => {
  const { pulse, feed, pass, counts, occupants, departures } = virtual({ chaos: 'cut=5s' });
  const alice = counts.entered('users?seed=7');
  alice.wrote(10, 3000, undefined);
  alice.checked(true, { interrupted: false, elapsed_ms: 400 });
  joined({ occupants });
  pulse.note({ event: 'message', client: 'alice', text: 'hello' });
  departures.add(GONE);
  await pass(2);
  const { taken } = watched(feed);
  const [opening] = taken();
  expect(opening).toMatchObject({ type: 'opening', chaos: 'cut=5s', dismisses: true, left: [GONE] });
  expect(opening).toMatchObject({ verified: 1, mismatched: 0 });
  if (opening?.type !== 'opening') return;
  expect(opening.seconds.map(({ streams, clients }) => [streams[0]?.messages, clients])).toEqual([
    [10, 1],
    [0, 1],
  ]);
  expect(opening.feed.map(({ text }) => text)).toEqual(['hello']);

  alice.wrote(7, 2100, undefined);
  alice.checked(true, { interrupted: false, elapsed_ms: 400 });
  counts.entered('bytes?seed=7').checked(false, { interrupted: false, elapsed_ms: 400 });
  pulse.note({ event: 'message', client: 'alice', text: 'again' });
  departures.add({ ...GONE, name: 'carol' });
  await pass(1);
  const [second, ...more] = taken();
  expect(more).toEqual([]);
  expect(second).toMatchObject({ type: 'second', clients: 1, roster: [PRESENCE], left: [{ name: 'carol' }] });
  expect(second).toMatchObject({ verified: 2, mismatched: 1 });
  if (second?.type !== 'second') return;
  expect(second.streams[0]).toMatchObject({ stream: 'users?seed=7', messages: 7, bytes: 2100, clients: 1 });
  expect(second.feed.map(({ text }) => text)).toEqual(['again']);
  expect(second.interval_ms).toBeCloseTo(1000, -1);
  expect(second.at_ms).toBeGreaterThan(opening.seconds.at(-1)?.at_ms ?? 0);
});

test('who does not take a line misses it, and then gets what it missed at once', async () => {
  const { feed, pass, departures } = virtual();
  const { end, taken, types } = watched(feed);
  end.takes = false;
  await pass(2);
  expect(types()).toEqual(['opening']);
  departures.add(GONE);
  end.takes = true;
  await pass(2);
  const [opening, second] = taken();
  expect([opening?.type, second?.type]).toEqual(['opening', 'second']);
  expect(opening).toMatchObject({ left: [GONE] });
  expect(second).toMatchObject({ left: [] });
});

test('who takes nothing for 30 s is dropped', async () => {
  const { feed, pass } = virtual();
  const { end } = watched(feed);
  end.takes = false;
  await pass(29);
  expect(end.terminated).toBe(false);
  await pass(1);
  expect(end.terminated).toBe(true);
});

test('at most 32 watch, and a place is free again when one has left', () => {
  const { feed } = virtual();
  const all = Array.from({ length: 32 }, () => watched(feed));
  expect(feed.isFull).toBe(true);
  all[0]?.watcher.closed();
  expect([feed.isFull, all[0]?.end.left, all[1]?.end.left]).toEqual([false, true, false]);
});

test('where clients are is told on loopback, and to the admin', async () => {
  const sources = virtual({ onLoopback: false });
  const { feed, pass, departures } = sources;
  joined(sources);
  departures.add(GONE);
  const anybody = watched(feed);
  const admin = watched(feed, true);
  departures.add(GONE);
  await pass(1);
  const addresses = (lines: LiveLine[]) =>
    lines.flatMap((line) =>
      [...line.left, ...(line.type === 'second' ? line.roster : [])].map((each) => each.address),
    );
  expect(addresses(anybody.taken())).toEqual([null, null, null]);
  expect(addresses(admin.taken())).toEqual(Array(3).fill('127.0.0.1:40000'));
});

test('the last 300 seconds are remembered, and at most 1,000 clients listed', async () => {
  const sources = virtual();
  for (let i = 0; i < 1100; i++) joined(sources, { ...PRESENCE, name: `client-${i}` });
  await sources.pass(400);
  const { taken } = watched(sources.feed);
  await sources.pass(1);
  const [opening, second] = taken();
  if (opening?.type !== 'opening' || second?.type !== 'second') throw new Error('another line was expected');
  expect([opening.seconds.length, second.clients, second.roster.length]).toEqual([300, 1100, 1000]);
});
