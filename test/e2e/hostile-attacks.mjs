// One attack on a server, from a process of its own: hostile-attacks.mjs NAME PORT [NICE]. It goes on until it is killed. Where
// speed is measured it is nice: it must not take the processor from the server or from who measures, as an attacker
// elsewhere would not.
import { randomInt } from 'node:crypto';
import { connect } from 'node:net';
import { setPriority } from 'node:os';
import { setTimeout } from 'node:timers/promises';

const [name, port, nice = '0'] = process.argv.slice(2);
setPriority(Number(nice));

const MASK = Buffer.of(1, 2, 3, 4);
const MOST_ROUNDS_A_TURN = 20;
/** How many connections attack side by side, where the attack does not say. */
const CONNECTIONS = 8;

/** A masked frame. */
function frame(first, payload) {
  const size = payload.length;
  const head = Buffer.alloc(size < 126 ? 2 : size < 65_536 ? 4 : 10);
  head[0] = first;
  head[1] = 0x80 | (size < 126 ? size : size < 65_536 ? 126 : 127);
  if (head.length === 4) head.writeUInt16BE(size, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(size), 2);
  return Buffer.concat([head, MASK, payload.map((byte, i) => byte ^ MASK[i % 4])]);
}

const text = (content) => frame(0x81, Buffer.from(content));
const many = (bytes, count) => Buffer.concat(Array(count).fill(bytes));

/** A handshake on this path; the subprotocol is the one that takes receipts. */
function handshake(path, plain) {
  return [
    `GET ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ...(plain ? [] : ['Sec-WebSocket-Protocol: tidemark.v1']),
    '',
    '',
  ].join('\r\n');
}

/** How often something was said, or a connection made: told every 100 ms to who started this. */
let rounds = 0;
setInterval(() => {
  process.send?.({ rounds });
  if (rounds > 0) console.log('attacks');
}, 100);
process.on('disconnect', () => process.exit());

/**
 * Connects, says this again and again as far as the server reads it, and comes back when it is thrown out.
 *
 * @param {{path?: () => string, plain?: boolean, read?: boolean, first?: Buffer, again?: () => Buffer, lastsMs?: number}} options
 */
function attack(options) {
  const { path = () => '/users?rate=1', plain = true, read = true, first, again, lastsMs } = options;
  const socket = connect(Number(port), '127.0.0.1');
  const flood = () => {
    let takes = again !== undefined && !socket.destroyed;
    for (let i = 0; i < MOST_ROUNDS_A_TURN && takes; i++, rounds++) takes = socket.write(again());
    if (takes) setImmediate(flood);
  };
  socket.on('error', () => {}); // thrown out
  socket.on('close', () => setImmediate(attack, options));
  socket.write(handshake(path(), plain));
  socket.once('data', () => {
    rounds++;
    if (lastsMs !== undefined) globalThis.setTimeout(() => socket.destroy(), lastsMs);
    if (first !== undefined) socket.write(first);
    if (read) socket.resume();
    else socket.pause();
    socket.on('drain', flood);
    flood();
  });
}

const once = (first) => ({ first });

function receipt(changed) {
  const { elapsed_ms = 2, block = 1, client = 'mallory' } = changed;
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
  const said = `Client ${client} received ${block} block in ${elapsed_ms.toFixed(3)} ms time`;
  const { client: _, ...rest } = changed;
  return text(`\u001e${JSON.stringify({ ...facts, interrupted: false, text: said, ...rest })}`);
}

/** Of messages 0 to 9 of bytes?size=35, with a newline behind each. */
const RIGHT_CRC32 = '69834d69';

/** A path whose next seq is far ahead, so that receipts for anything before it are checked. */
const FAR = 1_000_000_000_000;

const ATTACKS = {
  'texts, empty': () => ({ again: () => many(text(''), 2000) }),
  'texts, 64 KiB': () => ({ again: () => text('x'.repeat(65_536)) }),
  'echoes, empty': () => ({ path: () => '/echo', again: () => many(text(''), 2000) }),
  'echoes, 64 KiB, never read': () => ({
    path: () => '/echo',
    read: false,
    again: () => text('x'.repeat(65_536)),
  }),
  'pings, empty': () => ({ again: () => many(frame(0x89, Buffer.alloc(0)), 2000) }),
  'pings one by one': () => ({ again: () => many(frame(0x89, Buffer.alloc(0)), 40) }),
  'pings, 125 bytes, never read': () => ({
    read: false,
    again: () => many(frame(0x89, Buffer.alloc(125)), 40),
  }),
  'pongs, empty': () => ({ again: () => many(frame(0x8a, Buffer.alloc(0)), 2000) }),
  'fragments without end': () => ({
    first: frame(0x01, Buffer.from('a')),
    again: () => many(frame(0x00, Buffer.alloc(0)), 500),
  }),
  'fragments of one byte': () => ({
    first: frame(0x01, Buffer.from('a')),
    again: () => many(frame(0x00, Buffer.from('b')), 500),
  }),
  'frames, unmasked': () => once(Buffer.of(0x81, 1, 0x61)),
  'frames, oversized': () => once(Buffer.of(0x82, 0xff, 0, 0, 0, 0, 0, 1, 0, 1, 1, 2, 3, 4)),
  'frames, not UTF-8': () => once(frame(0x81, Buffer.of(0xff))),
  'frames, reserved bits': () => once(frame(0xf1, Buffer.alloc(0))),
  'frames, reserved opcodes': () => once(frame(0x83, Buffer.alloc(0))),
  'receipts, forged': (client) => ({
    plain: false,
    path: () => `/users?rate=1&from=${FAR}&client=${client}`,
    again: () => many(receipt({ client }), 100),
  }),
  'receipts, forged, never read': (client) => ({
    plain: false,
    read: false,
    path: () => `/users?rate=1&from=${FAR}&client=${client}`,
    again: () => many(receipt({ client }), 100),
  }),
  'receipts, out of range': (client) => ({
    plain: false,
    path: () => `/users?rate=1&client=${client}`,
    again: () => many(receipt({ client, from: 2 ** 52, to: 2 ** 52 + 9 }), 100),
  }),
  'receipts, repeated': (client) => ({
    plain: false,
    path: () => `/bytes?size=35&rate=1&from=${FAR}&client=${client}`,
    again: () => many(receipt({ client, bytes: 350, crc32: RIGHT_CRC32 }), 100),
  }),
  'receipts, of a million messages': (client) => ({
    plain: false,
    path: () => `/users?rate=1&from=${FAR}&client=${client}`,
    again: () => {
      const from = randomInt(FAR / 2);
      return receipt({ client, from, to: from + 999_999, count: 1_000_000, bytes: 1_073_741_824 });
    },
  }),
  '400 connections: receipts, of a million messages': (client) => ({
    connections: 400,
    ...ATTACKS['receipts, of a million messages'](client),
  }),
  '1,000 connections: streams of many seeds, never read': () => ({
    connections: 1000,
    path: () => `/users?rate=max&seed=${randomInt(2 ** 40)}`,
    read: false,
  }),
  '1,000 connections: streams that none can be sent in time, never read': () => ({
    connections: 1000,
    path: () => `/users?rate=9999999&seed=${randomInt(2 ** 40)}`,
    read: false,
  }),
  '100 connections: pings, 125 bytes, never read': () => ({
    connections: 100,
    ...ATTACKS['pings, 125 bytes, never read'](),
  }),
  '100 connections: echoes, one byte, never read': () => ({
    connections: 100,
    path: () => '/echo',
    read: false,
    again: () => many(text('x'), 2000),
  }),
  '200 connections: an unfinished message of 30,000 fragments': () => ({
    connections: 200,
    first: Buffer.concat([frame(0x01, Buffer.from('a')), many(frame(0x00, Buffer.from('a')), 30_000)]),
  }),
  'streams, never read': () => ({ path: () => '/users?rate=max', read: false }),
  'streams, large': () => ({
    path: () => `/arrays?shape=8,8192&dist=normal&rate=max&seed=${randomInt(2 ** 40)}`,
  }),
  // Eight messages of 150 KB are due together: one of them may be waited for, not all.
  'streams, large, slow': () => ({
    path: () => `/arrays?shape=8,2048&dist=normal&rate=40&seed=${randomInt(2 ** 40)}`,
  }),
  'streams, of many seeds': () => ({ path: () => `/users?rate=max&seed=${randomInt(2 ** 40)}`, lastsMs: 10 }),
};

const make = ATTACKS[name];
if (make === undefined) throw new Error(`no attack ${name}`);
const { connections = CONNECTIONS } = make('mallory-0');
for (let i = 0; i < connections; i++) {
  attack(make(`mallory-${i}`));
  if (i % 20 === 19) await setTimeout(5); // or the kernel drops some
}
