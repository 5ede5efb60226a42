import { describe, test } from 'vitest';
import { BY_EACH_WAY, expectLittleMemory, expectServed } from './witness.ts';

const MIB = 2 ** 20;
/** What any load takes: the cache of segments, their memory, and what the collector has not looked at. */
const ANY_MIB = 150;
/** A thousand connections are made, and others served beside them, on a machine that may be busy. */
const TIMEOUT_MS = 240_000;

describe.each(BY_EACH_WAY)('a paced client over %s is served beside a crowd', (over) => {
  test.for([
    '400 connections: receipts, of a million messages',
    '1,000 connections: streams of many seeds, never read',
    '1,000 connections: streams that none can be sent in time, never read',
  ])('%s', { timeout: TIMEOUT_MS }, (attack) => expectServed(over, attack));
});

describe('a crowd takes little memory', () => {
  test.for([
    ['websocket', '100 connections: pings, 125 bytes, never read', 100],
    ['websocket', '100 connections: echoes, one byte, never read', 100],
    ['websocket', '200 connections: an unfinished message of 30,000 fragments', ANY_MIB],
    ...BY_EACH_WAY.map((over) => {
      return [over, '1,000 connections: streams of many seeds, never read', ANY_MIB + 1000 * 0.25] as const;
    }),
  ] as const)('over %s: %s', { timeout: TIMEOUT_MS }, ([over, attack, mostMib]) =>
    expectLittleMemory(over, attack, mostMib * MIB),
  );
});

test.each(BY_EACH_WAY)(
  'readers over %s that a fault makes slow take little memory',
  { timeout: TIMEOUT_MS },
  (over) =>
    expectLittleMemory(over, '200 connections: streams of many seeds', (ANY_MIB + 200 * 0.5) * MIB, [
      '--chaos',
      'slow-reader=20kB',
    ]),
);
