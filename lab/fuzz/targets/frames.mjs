// The strict reader, and the client's connection with its plain frames taken by WebAssembly, against the receiver of `ws`: the same
// messages, pings, pongs, close and error, in the same order, however the bytes are cut.
import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import { EventEmitter } from 'node:events';
import * as ws from 'ws';
import { DialledConnection } from '../../../dist/carriage/websocket/dialled-connection.js';
import { FrameReader } from '../../../dist/carriage/websocket/frame/frame-reader.js';

/** The oracle, which has no types. */
const { Receiver } = /** @type {any} */ (ws);
const MOST_BYTES = 300;

/**
 * Behind each input, so that every header is whole: the receiver of `ws` may refuse a first byte, where others wait for the second.
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
  const expected = await receivedByWs(bytes);
  assert.deepEqual(read(bytes, cuts), expected, 'the reader and the receiver of `ws` differ');
  // A connection answers pings and pongs, and tells no more than that it has heard them.
  const heard = expected.map((each) => each.replace(/^p[io]ng .*/, 'heard'));
  assert.deepEqual(await connected(bytes, cuts), heard, 'the connection and the receiver of `ws` differ');
  return expected
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

/** @param {Uint8Array} data @param {boolean} isText */
function message(data, isText) {
  return `${isText ? 'text' : 'binary'} ${Buffer.from(data).toString('hex')}`;
}

/** What the receiver of `ws` finds. @param {Buffer} bytes */
async function receivedByWs(bytes) {
  /** @type {string[]} */
  const told = [];
  const receiver = new Receiver({ maxPayload: MOST_BYTES, maxFragments: 16_384, maxBufferedChunks: 262_144 });
  receiver.on('message', (/** @type {Buffer} */ data, /** @type {boolean} */ isBinary) =>
    told.push(message(data, !isBinary)),
  );
  for (const kind of ['ping', 'pong'])
    receiver.on(kind, (/** @type {Buffer} */ data) => told.push(`${kind} ${data.toString('hex')}`));
  receiver.on('conclude', (/** @type {number} */ code, /** @type {Buffer} */ reason) =>
    told.push(`close ${code} ${reason}`),
  );
  receiver.on('error', (/** @type {any} */ error) => {
    const status = Object.getOwnPropertySymbols(error).find((each) => each.description === 'status-code');
    told.push(`broken ${error[/** @type {symbol} */ (status)]}`);
  });
  receiver.write(bytes);
  await turn();
  return told;
}

/** What the reader finds. @param {Buffer} bytes @param {number[]} cuts */
function read(bytes, cuts) {
  /** @type {string[]} */
  const told = [];
  const reader = new FrameReader({ masked: false, mostMessageBytes: MOST_BYTES, isUtf8 });
  const taker = {
    message: (/** @type {Uint8Array} */ payload, /** @type {boolean} */ isText) =>
      void told.push(message(payload, isText)),
    pinged: (/** @type {Uint8Array} */ payload) =>
      void told.push(`ping ${Buffer.from(payload).toString('hex')}`),
    ponged: (/** @type {Uint8Array} */ payload) =>
      void told.push(`pong ${Buffer.from(payload).toString('hex')}`),
    closing: (/** @type {number} */ code, /** @type {string} */ reason) =>
      void told.push(`close ${code} ${reason}`),
    broken: (/** @type {number} */ code) => void told.push(`broken ${code}`),
  };
  let at = 0;
  for (const end of cuts) while (at < end) at = reader.read(bytes, at, end, taker);
  return told;
}

/** What a client's connection tells. @param {Buffer} bytes @param {number[]} cuts */
async function connected(bytes, cuts) {
  /** @type {string[]} */
  const told = [];
  const socket = new FakeSocket();
  const connection = new DialledConnection(
    /** @type {any} */ (socket),
    Buffer.alloc(0),
    { maximumMessageBytes: MOST_BYTES },
    {
      messages: (batch) => {
        for (let index = 0; index < batch.count; index++)
          told.push(message(batch.payload(index), batch.isText(index)));
      },
      heard: () => void told.push('heard'),
      closed: (code, reason, own) => void told.push(own ? `broken ${code}` : `close ${code} ${reason}`),
    },
  );
  connection.begin();
  let start = 0;
  for (const end of cuts) {
    while (socket.paused && !socket.closed) await turn();
    if (socket.closed) break;
    socket.read(bytes.subarray(start, end));
    start = end;
  }
  await turn();
  while (socket.paused && !socket.closed) await turn();
  await turn();
  if (!socket.closed) {
    connection.terminate();
    await turn();
    assert.equal(told.pop(), 'close 1006 ');
  }
  return told;
}

function turn() {
  return new Promise((resolve) => setImmediate(resolve));
}

/** What a connection asks of a socket, and of Node's reads: these ask for the next piece of memory when one has been used. */
class FakeSocket extends EventEmitter {
  writableLength = 0;
  readableEnded = false;
  paused = false;
  closed = false;
  /** @type {import('../../../dist/carriage/websocket/handshake-socket.js').SocketReader | undefined} */
  #reader;
  /** @type {Uint8Array | undefined} */
  #into;

  /** @param {import('../../../dist/carriage/websocket/handshake-socket.js').SocketReader} reader */
  handOver(reader) {
    this.#reader = reader;
    return { socket: this, rest: Buffer.alloc(0) };
  }

  /** @param {Uint8Array} bytes */
  read(bytes) {
    if (bytes.length === 0) return;
    const into = this.#into ?? Buffer.alloc(bytes.length); // its first read has other memory
    into.set(bytes);
    this.#reader?.received(bytes.length, into);
    this.#into = this.#reader?.room();
  }

  pause() {
    this.paused = true;
  }

  resume() {
    this.paused = false;
  }

  write() {}

  end() {
    this.destroy();
  }

  destroy() {
    if (this.closed) return;
    this.closed = true;
    queueMicrotask(() => this.emit('close'));
  }
}
