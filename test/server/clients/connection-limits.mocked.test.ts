import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { addressName, ConnectionLimits } from '../../../src/server/clients/connection-limits.ts';

const SPARE = 1024;

class FakeSocket extends EventEmitter {
  readonly localAddress = '127.0.0.1';
  readonly remoteAddress: string;
  readonly remotePort: number;
  destroyed = false;
  static ports = 0;

  constructor(remoteAddress: string) {
    super();
    this.remoteAddress = remoteAddress;
    this.remotePort = ++FakeSocket.ports;
  }

  /** As Node does it: `close` comes later. */
  destroy(): void {
    this.destroyed = true;
    process.nextTick(() => this.emit('close'));
  }
}

function open(limits: ConnectionLimits, address: string): FakeSocket {
  const socket = new FakeSocket(address);
  limits.opened(socket as unknown as Socket);
  return socket;
}

const asked = (limits: ConnectionLimits, socket: FakeSocket) => limits.asked(socket as unknown as Socket);
const manyOf = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, i) => make(i));
const closed = () => new Promise((resolve) => setImmediate(resolve));

describe('clients', () => {
  test('of the server and of an address are counted, and told apart', () => {
    const limits = new ConnectionLimits(3, 2);
    limits.entered('10.0.0.1');
    limits.entered('::ffff:10.0.0.1');
    expect(limits.fault('10.0.0.1')).toMatch(/all of the 2 clients that one address may have/);
    expect(limits.fault('10.0.0.2')).toBeUndefined();
    limits.entered('10.0.0.2');
    expect(limits.fault('10.0.0.3')).toMatch(/all of its 3 clients/);
    limits.left('10.0.0.1');
    expect(limits.fault('10.0.0.3')).toBeUndefined();
    expect(limits.fault('10.0.0.1')).toBeUndefined();
    limits.entered('10.0.0.1');
    expect(limits.fault('10.0.0.1')).toBeDefined();
  });
});

describe('sockets', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('that ask for nothing are dropped after 6 s, and no sooner', async () => {
    const limits = new ConnectionLimits(10, 10);
    const [silent, asking, leaving] = manyOf(3, () => open(limits, '10.0.0.1'));
    asked(limits, asking as FakeSocket);
    leaving?.emit('close');
    vi.advanceTimersByTime(5999);
    expect(silent?.destroyed).toBe(false);
    vi.advanceTimersByTime(1);
    expect([silent?.destroyed, asking?.destroyed, limits.sockets]).toEqual([true, false, 1]);
    await closed();
    asking?.emit('close');
    expect(limits.sockets).toBe(0);
  });

  test('that are kept for another request wait for it as for the first one, and have as long for its body', async () => {
    const limits = new ConnectionLimits(10, 2000);
    const [idle, asking, answered] = manyOf(3, () => open(limits, '10.0.0.1'));
    const keep = [idle, asking, answered].map((socket) => asked(limits, socket as FakeSocket));
    vi.advanceTimersByTime(60_000);
    for (const kept of keep) kept();
    vi.advanceTimersByTime(4000);
    limits.asking(asking as unknown as Socket);
    asked(limits, answered as FakeSocket);
    /** What is over is ended in turns of the event loop. */
    const after = async (ms: number) => {
      vi.advanceTimersByTime(ms);
      await closed();
      return [idle, asking, answered].map((socket) => socket?.destroyed);
    };
    expect(await after(999)).toEqual([false, false, false]);
    expect(await after(1)).toEqual([true, false, false]);
    expect(await after(4999)).toEqual([true, false, false]);
    expect(await after(1)).toEqual([true, true, false]);
    expect(limits.sockets).toBe(1);
  });

  test('too many: the one that has waited longest makes room, in one turn of the event loop', () => {
    const limits = new ConnectionLimits(10, 2000);
    const sockets = manyOf(10 + SPARE, (i) => open(limits, `10.0.${i >> 8}.${i & 255}`));
    for (const socket of sockets.slice(0, 3)) asked(limits, socket);
    const later = manyOf(5, () => open(limits, '10.9.9.9'));
    const dropped = sockets.flatMap(({ destroyed }, index) => (destroyed ? [index] : []));
    expect(dropped).toEqual([3, 4, 5, 6, 7]);
    expect(later.map(({ destroyed }) => destroyed)).toEqual([false, false, false, false, false]);
    expect(limits.sockets).toBe(10 + SPARE);
  });

  test('too many of one address: one of that address goes, and no other', () => {
    const limits = new ConnectionLimits(5000, 10);
    const other = open(limits, '10.0.0.2');
    const crowd = manyOf(10 + SPARE + 50, () => open(limits, '10.0.0.1'));
    expect(other.destroyed).toBe(false);
    expect(crowd.filter(({ destroyed }) => destroyed)).toEqual(crowd.slice(0, 50));
  });

  test('too many that have all asked: the new one goes', async () => {
    const limits = new ConnectionLimits(10, 2000);
    for (let i = 0; i < 10 + SPARE; i++) asked(limits, open(limits, '10.0.0.1'));
    const late = open(limits, '10.0.0.2');
    expect(late.destroyed).toBe(true);
    await closed();
    expect(limits.sockets).toBe(10 + SPARE);
  });

  test('are all dropped at the end, but for those that have asked', () => {
    const limits = new ConnectionLimits(10, 10);
    const [silent, asking] = [open(limits, '10.0.0.1'), open(limits, '10.0.0.1')];
    asked(limits, asking);
    limits.close();
    expect([silent.destroyed, asking.destroyed]).toEqual([true, false]);
  });

  test('too many: one that is kept makes room, and counts until then', () => {
    const limits = new ConnectionLimits(10, 2000);
    const kept = open(limits, '10.0.0.1');
    asked(limits, kept)();
    manyOf(9 + SPARE, (i) => asked(limits, open(limits, `10.0.${i >> 8}.${i & 255}`)));
    expect([kept.destroyed, limits.sockets]).toEqual([false, 10 + SPARE]);
    expect(open(limits, '10.9.9.9').destroyed).toBe(false);
    expect([kept.destroyed, limits.sockets]).toEqual([true, 10 + SPARE]);
  });

  test('that would be kept after the end, or are gone by then, are not', async () => {
    const limits = new ConnectionLimits(10, 10);
    const [late, gone] = [open(limits, '10.0.0.1'), open(limits, '10.0.0.1')];
    const [keepLate, keepGone] = [asked(limits, late), asked(limits, gone)];
    gone.emit('close');
    keepGone();
    limits.close();
    keepLate();
    await closed();
    expect([late.destroyed, limits.sockets]).toEqual([true, 0]);
  });
});

describe('one address', () => {
  test.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::ffff:10.1.2.3', '10.1.2.3'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::9', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    [undefined, 'unknown'],
  ])('%s is %s', (address, name) => {
    expect(addressName(address)).toBe(name);
  });
});
