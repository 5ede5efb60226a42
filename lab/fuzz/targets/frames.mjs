// The client's FrameSocket with its FrameWalker before a strict decoder, against that decoder (`ws`) alone: the same
// messages, pings, pongs, close and error, in the same order, however the bytes are cut.
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import * as ws from 'ws';
import { FrameSocket } from '../../../dist/carriage/websocket/frame-socket.js';

/** The strict decoder, which has no types. */
const { Receiver } = /** @type {any} */ (ws);
const MOST_BYTES = 300;
const HEAD = Buffer.from('HTTP/1.1 101 Switching Protocols\r\n\r\n');

/**
 * Behind each input, so that every header is whole: the walker waits for the length of a frame where a strict decoder
 * may refuse its first byte.
 */
const PADDING = Buffer.alloc(10);

/** A frame as a server sends it. @param {number} first @param {Buffer} payload */
function frame(first, payload, lengthBytes = payload.length < 126 ? 0 : 2) {
  const head = Buffer.alloc(2 + lengthBytes);
  head[0] = first;
  head[1] = lengthBytes === 0 ? payload.length : lengthBytes === 2 ? 126 : 127;
  if (lengthBytes === 2) head.writeUInt16BE(payload.length, 2);
  if (lengthBytes === 8) head.writeBigUInt64BE(BigInt(payload.length), 2);
  return Buffer.concat([head, payload]);
}

const text = frame(0x81, Buffer.from('κόσμε'));
const PIECES = [
  text,
  frame(0x82, Buffer.of(0, 1, 0xff)),
  frame(0x81, Buffer.alloc(0)),
  frame(0x81, Buffer.alloc(200, 'a')),
  frame(0x82, Buffer.alloc(MOST_BYTES + 1)),
  frame(0x01, Buffer.from('a')),
  frame(0x00, Buffer.from('b')),
  frame(0x80, Buffer.from('c')),
  frame(0x89, Buffer.from('ping')),
  frame(0x8a, Buffer.from('pong')),
  frame(0x88, Buffer.of(0x03, 0xe8, 0x62)),
  frame(0x88, Buffer.alloc(0)),
  frame(0x81, Buffer.of(0x78), 2),
  frame(0x82, Buffer.of(0x78), 8),
  frame(0xc1, Buffer.from('x')),
  frame(0x83, Buffer.from('x')),
  Buffer.from([0x81, 0x81, 1, 2, 3, 4, 0x79]),
];

/** @returns {import('../campaign.mjs').OpenTarget} */
export function open() {
  const join = (/** @type {number[]} */ ...indices) =>
    Buffer.concat([Buffer.of(indices.length * 37), ...indices.map((i) => PIECES[i])]);
  return {
    corpus: [
      ...PIECES.map((_, i) => join(0, i, 1)),
      join(5, 6, 8, 7, 0),
      join(0, 0, 0, 9, 0, 3, 2, 1),
      join(5, 9, 7, 0, 10),
      join(0, 5, 0),
    ],
    words: PIECES.map((piece) => piece.toString('latin1')),
    run: compare,
    atOnce: 64,
  };
}

/** The first byte says how the rest is cut. @param {Buffer} input */
async function compare(input) {
  const bytes = Buffer.concat([input.subarray(1), PADDING]);
  const cuts = cutsOf(input[0] ?? 0, bytes.length);
  const [alone, behind] = await Promise.all([decodedAlone(bytes), decodedBehind(bytes, cuts)]);
  assert.deepEqual(behind, alone, 'the walker and the strict decoder differ');
  return alone
    .map((each) => each.replace(/ .*/s, ''))
    .slice(0, 6)
    .join(' ');
}

/** Ends of the pieces: none, every byte, or here and there. @param {number} kind @param {number} length */
function cutsOf(kind, length) {
  if (kind < 64) return [length];
  const step = kind < 128 ? 1 : kind - 126;
  return [...Array.from({ length: Math.floor(length / step) }, (_, i) => (i + 1) * step), length];
}

/** A strict decoder, and what it tells. @param {string[]} told */
function decoder(told, failed = () => {}) {
  const receiver = new Receiver({ maxPayload: MOST_BYTES, maxFragments: 16_384, maxBufferedChunks: 262_144 });
  receiver.on('message', (/** @type {Buffer} */ data, /** @type {boolean} */ isBinary) =>
    told.push(message(data, !isBinary)),
  );
  for (const kind of ['ping', 'pong'])
    receiver.on(kind, (/** @type {Buffer} */ data) => told.push(`${kind} ${data.toString('hex')}`));
  receiver.on('conclude', (/** @type {number} */ code, /** @type {Buffer} */ reason) =>
    told.push(`close ${code} ${reason.toString('hex')}`),
  );
  receiver.on('error', (/** @type {{ code: string }} */ { code }) => {
    told.push(`error:${code}`);
    failed();
  });
  return receiver;
}

/** @param {Uint8Array} data @param {boolean} isText */
function message(data, isText) {
  return `${isText ? 'text' : 'binary'} ${Buffer.from(data).toString('hex')}`;
}

/** @param {Buffer} bytes */
async function decodedAlone(bytes) {
  /** @type {string[]} */
  const told = [];
  const receiver = decoder(told);
  receiver.write(bytes);
  await turn();
  return told;
}

/** @param {Buffer} bytes @param {number[]} cuts */
async function decodedBehind(bytes, cuts) {
  /** @type {string[]} */
  const told = [];
  let over = false;
  const reader = new Reader();
  const tcp = new FakeSocket();
  const socket = new FrameSocket(
    (onread) => {
      reader.begin(onread);
      return /** @type {any} */ (tcp);
    },
    { maximumMessageBytes: MOST_BYTES },
    (batch) => {
      for (let index = 0; index < batch.count; index++)
        told.push(message(batch.payload(index), batch.isText(index)));
    },
  );
  const receiver = decoder(told, () => socket.handOver());
  receiver.on('conclude', () => {
    over = true;
  });
  socket.on('data', (data) => {
    if (receiver.errored || over) return;
    if (data[0] === HEAD[0] && data.equals(HEAD)) socket.begin();
    else receiver.write(data);
  });
  reader.read(HEAD);
  await turn();
  socket.begin();
  let start = 0;
  for (const end of cuts) {
    while (tcp.paused && !receiver.errored && !over) await turn();
    if (receiver.errored || over) break;
    reader.read(bytes.subarray(start, end));
    start = end;
  }
  // What it holds back while the strict decoder works comes in later turns.
  await turn();
  while (tcp.paused && !receiver.errored && !over) await turn();
  await turn();
  socket.destroy();
  return told;
}

function turn() {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Node's side of `onread`: it asks for the next piece of memory as soon as one has been used. */
class Reader {
  /** @type {any} */
  #onread;
  /** @type {Uint8Array} */
  #into = new Uint8Array();

  /** @param {import('node:net').OnReadOpts} onread */
  begin(onread) {
    this.#onread = onread;
    this.#into = this.#onread.buffer();
  }

  /** @param {Uint8Array} bytes */
  read(bytes) {
    if (bytes.length === 0) return;
    this.#into.set(bytes);
    this.#onread.callback(bytes.length, this.#into);
    this.#into = this.#onread.buffer();
  }
}

/** What FrameSocket asks of a TCP socket. */
class FakeSocket extends EventEmitter {
  paused = false;
  pause() {
    this.paused = true;
  }
  resume() {
    this.paused = false;
  }
  /** @param {Uint8Array} _bytes @param {() => void} [done] */
  write(_bytes, done) {
    done?.();
  }
  destroy() {}
  end() {}
}
