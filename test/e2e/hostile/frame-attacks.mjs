// What hurts by frames of WebSocket.
import { frame, many, writeWhileTaken } from './carriages.mjs';

const text = (/** @type {string} */ content) => frame(0x81, Buffer.from(content));
/** @param {() => Buffer} again */
const floods = (again) => (/** @type {import('./carriages.mjs').Opened} */ opened) =>
  writeWhileTaken(opened, again);
/** @param {Buffer} first */
const once = (first) => () => ({
  act: (/** @type {import('./carriages.mjs').Opened} */ { socket }) => void socket.write(first),
});

/** Begins a message, and goes on with it without end. @param {Buffer} more */
const unfinished = (more) => () => ({
  act: (/** @type {import('./carriages.mjs').Opened} */ opened) => {
    opened.socket.write(frame(0x01, Buffer.from('a')));
    writeWhileTaken(opened, () => many(more, 500));
  },
});

const pingsUnread = { read: false, act: floods(() => many(frame(0x89, Buffer.alloc(125)), 40)) };
const echo = () => '/echo';

/** By name. @type {Readonly<Record<string, () => import('./shared-attacks.mjs').Attack>>} */
export const FRAME_ATTACKS = {
  'echoes, empty': () => ({ path: echo, act: floods(() => many(text(''), 2000)) }),
  'echoes, 64 KiB, never read': () => ({
    path: echo,
    read: false,
    act: floods(() => text('x'.repeat(65_536))),
  }),
  'pings, empty': () => ({ act: floods(() => many(frame(0x89, Buffer.alloc(0)), 2000)) }),
  'pings one by one': () => ({ act: floods(() => many(frame(0x89, Buffer.alloc(0)), 40)) }),
  'pings, 125 bytes, never read': () => pingsUnread,
  'pongs, empty': () => ({ act: floods(() => many(frame(0x8a, Buffer.alloc(0)), 2000)) }),
  'fragments without end': unfinished(frame(0x00, Buffer.alloc(0))),
  'fragments of one byte': unfinished(frame(0x00, Buffer.from('b'))),
  'frames, unmasked': once(Buffer.of(0x81, 1, 0x61)),
  'frames, oversized': once(Buffer.of(0x82, 0xff, 0, 0, 0, 0, 0, 1, 0, 1, 1, 2, 3, 4)),
  'frames, not UTF-8': once(frame(0x81, Buffer.of(0xff))),
  'frames, reserved bits': once(frame(0xf1, Buffer.alloc(0))),
  'frames, reserved opcodes': once(frame(0x83, Buffer.alloc(0))),
  '100 connections: pings, 125 bytes, never read': () => ({ connections: 100, ...pingsUnread }),
  '100 connections: echoes, one byte, never read': () => ({
    connections: 100,
    path: echo,
    read: false,
    act: floods(() => many(text('x'), 2000)),
  }),
  '200 connections: an unfinished message of 30,000 fragments': () => ({
    connections: 200,
    ...once(Buffer.concat([frame(0x01, Buffer.from('a')), many(frame(0x00, Buffer.from('a')), 30_000)]))(),
  }),
};
