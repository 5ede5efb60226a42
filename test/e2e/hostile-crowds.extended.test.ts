import { describe, test } from 'vitest';
import { expectLittleMemory, expectServed } from './hostile-witness.ts';

const MIB = 2 ** 20;
/** What any load takes: the cache of segments, their memory, and what the collector has not looked at. */
const ANY_MIB = 150;
/** A thousand connections are made, and others served beside them, on a machine that may be busy. */
const TIMEOUT_MS = 240_000;

describe('a paced client is served beside a crowd', () => {
  test.for([
    '400 connections: receipts, of a million messages',
    '1,000 connections: streams of many seeds, never read',
    '1,000 connections: streams that none can be sent in time, never read',
  ])('%s', { timeout: TIMEOUT_MS }, expectServed);
});

describe('a crowd takes little memory', () => {
  test.for([
    ['100 connections: pings, 125 bytes, never read', 100],
    ['100 connections: echoes, one byte, never read', 100],
    ['200 connections: an unfinished message of 30,000 fragments', ANY_MIB],
    ['1,000 connections: streams of many seeds, never read', ANY_MIB + 1000 * 0.25],
  ] as const)('%s', { timeout: TIMEOUT_MS }, ([attack, mostMib]) =>
    expectLittleMemory(attack, mostMib * MIB),
  );
});
