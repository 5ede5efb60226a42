import { describe, expect, test } from 'vitest';
import type { ConnectionListener, DialListener } from '../../src/carriage/connection.ts';
import { Host } from '../../src/host/host.ts';
import { TurnAddress, TurnTaker } from '../../src/host/turns.ts';
import { type ClientEnd, Link, type ServerEnd, type Side } from './link.ts';
import { VirtualMachine, VirtualTime } from './virtual-time.ts';

const OPTIONS = { delayMs: 20, windowBytes: 5000, highWaterBytes: 16_384 };
/** Longer than anything takes here, a closing handshake that nobody answers included. */
const LONG_MS = 60_000;

/** An open connection, and which of its ends have been told that it is over. */
function connect() {
  const time = new VirtualTime(1);
  const told: Side[] = [];
  const ignore = () => {};
  const dialler: DialListener = {
    opened: ignore,
    failed: ignore,
    messages: ignore,
    heard: ignore,
    closed: () => told.push('client'),
  };
  const listener: ConnectionListener = {
    message: ignore,
    heard: ignore,
    answered: ignore,
    drained: ignore,
    closed: () => told.push('server'),
  };
  const link = new Link(time, OPTIONS, dialler);
  const server = link.accept(new Host(new VirtualMachine(time)).turns, new TurnTaker(new TurnAddress()));
  server.listen(listener);
  link.client.opened();
  const ends: Readonly<Record<Side, ClientEnd | ServerEnd>> = { client: link.client, server };
  return { link, ends, told, pass: () => time.runUntil(() => false, time.nowMs + LONG_MS) };
}

describe.each([
  { first: 'client', second: 'server' },
  { first: 'server', second: 'client' },
] as const)('the $first drops a connection', ({ first, second }) => {
  test(`and both ends are told, once`, async () => {
    const { ends, told, pass } = connect();
    ends[first].terminate();
    await pass();
    ends[second].terminate();
    await pass();
    expect(told).toEqual([first, second]);
  });

  test(`over a dark path: the ${second} is told only when it drops it too`, async () => {
    const { link, ends, told, pass } = connect();
    link.goDark('client');
    link.goDark('server');
    ends[first].terminate();
    await pass();
    expect(told).toEqual([first]);
    ends[second].terminate();
    await pass();
    expect(told).toEqual([first, second]);
  });

  test(`over a dark path: the ${second} closes it, waits for the answer, and is told then`, async () => {
    const { link, ends, told, pass } = connect();
    link.goDark('client');
    link.goDark('server');
    ends[first].terminate();
    ends[second].close(1000, 'done');
    await pass();
    expect(told).toEqual([first, second]);
  });
});
