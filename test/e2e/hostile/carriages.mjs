// What is said over each carriage to get a stream and to report, byte by byte, for clients that do not play by the rules.
import { connect } from 'node:net';

const MASK = Buffer.of(1, 2, 3, 4);
const KEY = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13';
const UPGRADE = `Upgrade: websocket\r\nConnection: Upgrade\r\n${KEY}`;
const HOST = '127.0.0.1';
const MARK = '\u001e';
const MOST_ROUNDS_A_TURN = 20;
/** What one POST may have. */
const MOST_POSTED = { receipts: 64, bytes: 65_536 };
/** So many POSTs of one attacker are under way at a time, where it waits for answers, and where it does not read them. */
const POSTS_READ = 4;
const POSTS_UNREAD = 64;

/**
 * What a client says: a text or a receipt, so many times at a stretch.
 *
 * @typedef {{ text: string, receipt?: boolean, times?: number }} Report
 *
 * A connection that has been let in; `told` is called for each thing that was said.
 *
 * @typedef {object} Opened
 * @property {import('node:net').Socket} socket
 * @property {string} head the beginning of what was answered
 * @property {number} port
 * @property {boolean} read whether answers are read
 * @property {() => void} told
 *
 * @typedef {object} Carriage
 * @property {'websocket' | 'lines' | 'events'} name
 * @property {'ws' | 'http'} scheme
 * @property {number} accepted the status of a request that is let in
 * @property {(path: string, options?: { speaks?: boolean, headers?: readonly string[], host?: string }) => string} request
 *   the head of a request for a stream
 * @property {(opened: Opened, report: () => Report) => void} flood says this again and again, as far as the server reads it
 */

/** A masked frame. @param {number} first @param {Buffer} payload */
export function frame(first, payload) {
  const size = payload.length;
  const head = Buffer.alloc(size < 126 ? 2 : size < 65_536 ? 4 : 10);
  head[0] = first;
  head[1] = 0x80 | (size < 126 ? size : size < 65_536 ? 126 : 127);
  if (head.length === 4) head.writeUInt16BE(size, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(size), 2);
  return Buffer.concat([head, MASK, payload.map((byte, i) => byte ^ (MASK[i % 4] ?? 0))]);
}

/** @param {Buffer} bytes @param {number} count @returns {Buffer} */
export const many = (bytes, count) => Buffer.concat(Array(count).fill(bytes));

/** Writes this again and again while the socket takes it. @param {Opened} opened @param {() => Buffer} again */
export function writeWhileTaken({ socket, told }, again) {
  const write = () => {
    let takes = !socket.destroyed;
    for (let i = 0; i < MOST_ROUNDS_A_TURN && takes; i++, told()) takes = socket.write(again());
    if (takes) setImmediate(write);
  };
  socket.on('drain', write);
  write();
}

/** @type {Carriage} */
const websocket = {
  name: 'websocket',
  scheme: 'ws',
  accepted: 101,
  request: (path, { speaks = false, headers = [], host = HOST } = {}) =>
    [
      `GET ${path} HTTP/1.1`,
      `Host: ${host}`,
      UPGRADE,
      ...(speaks ? ['Sec-WebSocket-Protocol: tidemark.v1'] : []),
      ...headers,
      '',
      '',
    ].join('\r\n'),
  flood: (opened, report) =>
    writeWhileTaken(opened, () => {
      const { text, receipt = false, times = 1 } = report();
      return many(frame(0x81, Buffer.from(receipt ? MARK + text : text)), times);
    }),
};

/** @param {'lines' | 'events'} name @param {string} accept @returns {Carriage} */
const http = (name, accept) => ({
  name,
  scheme: 'http',
  accepted: 200,
  request: (path, { speaks = false, headers = [], host = HOST } = {}) => {
    const spoken = speaks ? `${path.includes('?') ? '&' : '?'}speak=tidemark.v1` : '';
    return [`GET ${path}${spoken} HTTP/1.1`, `Host: ${host}`, `Accept: ${accept}`, ...headers, '', ''].join(
      '\r\n',
    );
  },
  flood: ({ socket, head, port, read, told }, report) => {
    const session = /^tidemark-session: (\S+)/im.exec(head)?.[1] ?? 'none';
    /** @type {import('node:net').Socket[]} */
    const open = [];
    const post = () => {
      if (socket.destroyed) return;
      const posting = connect(port, HOST);
      open.push(posting);
      posting.on('error', () => {}); // thrown out
      posting.write(postOf(session, report()), () => {
        told();
        if (!read) setTimeout(post, 1);
      });
      if (!read) {
        posting.pause();
        if (open.length > POSTS_UNREAD) open.shift()?.destroy();
      } else posting.resume().on('close', () => setImmediate(post));
    };
    socket.on('close', () => {
      for (const each of open) each.destroy();
    });
    for (let i = 0; i < (read ? POSTS_READ : 1); i++) post();
  },
});

/** @param {string} session @param {Report} report */
function postOf(session, { text, receipt = false, times = 1 }) {
  const line = `${text}\n`;
  const lines = Math.min(times, MOST_POSTED.receipts, Math.floor(MOST_POSTED.bytes / line.length));
  const body = receipt ? line.repeat(lines) : text;
  return [
    'POST /receipts HTTP/1.1',
    `Host: ${HOST}`,
    `Tidemark-Session: ${session}`,
    `Content-Type: ${receipt ? 'application/x-ndjson' : 'text/plain'}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}

/** @type {readonly [Carriage, Carriage, Carriage]} */
export const CARRIAGES = [
  websocket,
  http('lines', 'application/x-ndjson'),
  http('events', 'text/event-stream'),
];
