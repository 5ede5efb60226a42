// What hurts over each carriage.
import { randomBytes, randomInt } from 'node:crypto';

/**
 * @typedef {object} Attack
 * @property {number} [connections] side by side
 * @property {() => string} [path]
 * @property {boolean} [speaks] `tidemark.v1`, which is needed for receipts over WebSocket
 * @property {boolean} [read] whether it reads what it is sent
 * @property {() => import('./carriages.mjs').Report} [report] what it says again and again
 * @property {number} [lastsMs] after which it leaves, and comes back
 * @property {() => Buffer} [garbage] what it says in place of a request
 * @property {(opened: import('./carriages.mjs').Opened) => void} [act] what it does once it has been answered
 */

/** @param {{ client?: string, elapsed_ms?: number, block?: number } & Record<string, unknown>} changed */
function receipt({ client = 'mallory', ...changed }) {
  const { elapsed_ms = 2, block = 1 } = changed;
  const facts = {
    type: 'receipt',
    block,
    from: 0,
    to: 9,
    count: 10,
    bytes: 3000,
    elapsed_ms,
    crc32: '00000000',
  };
  const text = `Client ${client} received ${block} block in ${elapsed_ms.toFixed(3)} ms time`;
  return JSON.stringify({ ...facts, interrupted: false, text, ...changed });
}

/** Of messages 0 to 9 of bytes?size=35, with a newline behind each. */
const RIGHT_CRC32 = '69834d69';

/** A path whose next seq is far ahead, so that receipts for anything before it are checked. */
const FAR = 1_000_000_000_000;

const anySeed = () => randomInt(2 ** 40);

/** @param {string} client @returns {Attack} */
const ofAMillion = (client) => ({
  speaks: true,
  path: () => `/users?rate=1&from=${FAR}&client=${client}`,
  report: () => {
    const from = randomInt(FAR / 2);
    const facts = { from, to: from + 999_999, count: 1_000_000, bytes: 1_073_741_824 };
    return { text: receipt({ client, ...facts }), receipt: true };
  },
});

/** By name; made for each client. @type {Readonly<Record<string, (client: string) => Attack>>} */
export const SHARED_ATTACKS = {
  'texts, empty': () => ({ report: () => ({ text: '', times: 2000 }) }),
  'texts, 64 KiB': () => ({ report: () => ({ text: 'x'.repeat(65_536) }) }),
  'texts, too large': () => ({ report: () => ({ text: 'x'.repeat(200_000) }) }),
  'receipts, forged': (client) => ({
    speaks: true,
    path: () => `/users?rate=1&from=${FAR}&client=${client}`,
    report: () => ({ text: receipt({ client }), receipt: true, times: 100 }),
  }),
  'receipts, forged, never read': (client) => ({
    speaks: true,
    read: false,
    path: () => `/users?rate=1&from=${FAR}&client=${client}`,
    report: () => ({ text: receipt({ client }), receipt: true, times: 100 }),
  }),
  'receipts, out of range': (client) => ({
    speaks: true,
    path: () => `/users?rate=1&client=${client}`,
    report: () => ({ text: receipt({ client, from: 2 ** 52, to: 2 ** 52 + 9 }), receipt: true, times: 100 }),
  }),
  'receipts, repeated': (client) => ({
    speaks: true,
    path: () => `/bytes?size=35&rate=1&from=${FAR}&client=${client}`,
    report: () => ({ text: receipt({ client, bytes: 350, crc32: RIGHT_CRC32 }), receipt: true, times: 100 }),
  }),
  'receipts, not JSON': (client) => ({
    speaks: true,
    path: () => `/users?rate=1&client=${client}`,
    report: () => ({ text: '{"type":"receipt",'.repeat(100), receipt: true }),
  }),
  'receipts, of a million messages': ofAMillion,
  '400 connections: receipts, of a million messages': (client) => ({
    connections: 400,
    ...ofAMillion(client),
  }),
  'streams, never read': () => ({ path: () => '/users?rate=max', read: false }),
  'streams, large': () => ({ path: () => `/arrays?shape=8,8192&dist=normal&rate=max&seed=${anySeed()}` }),
  // Eight messages of 150 KB are due together: one of them may be waited for, not all.
  'streams, large, slow': () => ({
    path: () => `/arrays?shape=8,2048&dist=normal&rate=40&seed=${anySeed()}`,
  }),
  'streams, of many seeds': () => ({ path: () => `/users?rate=max&seed=${anySeed()}`, lastsMs: 10 }),
  'streams, left at once': () => ({ path: () => '/users?rate=max', lastsMs: 0 }),
  '200 connections: streams of many seeds': () => ({
    connections: 200,
    path: () => `/users?rate=max&seed=${anySeed()}`,
  }),
  '1,000 connections: streams of many seeds, never read': () => ({
    connections: 1000,
    path: () => `/users?rate=max&seed=${anySeed()}`,
    read: false,
  }),
  '1,000 connections: streams that none can be sent in time, never read': () => ({
    connections: 1000,
    path: () => `/users?rate=9999999&seed=${anySeed()}`,
    read: false,
  }),
  'names, of somebody else': () => ({ path: () => '/users?client=witness&token=12345678' }),
  'names, taken over': () => ({ path: () => '/users?rate=1&client=mallory&token=12345678' }),
  'requests, of nothing': () => ({ path: () => `/${'a'.repeat(randomInt(1, 5000))}` }),
  'requests, of bad parameters': () => ({ path: () => `/users?${'a=1&'.repeat(randomInt(1, 1500))}` }),
  'requests, too long': () => ({ path: () => `/users?x=${'x'.repeat(20_000)}` }),
  garbage: () => ({ garbage: () => randomBytes(randomInt(1, 70_000)) }),
};
