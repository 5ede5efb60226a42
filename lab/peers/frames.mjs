/**
 * A bare WebSocket client: its own handshake, and a walk over frame headers that copies nothing. One program
 * counts for every server, so none is helped or hindered by the client that is its own.
 */
import { dialBare } from './bare-socket.mjs';

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';

/**
 * Dials, and tells of the raw bytes after the handshake. A chunk is gone when `chunk` returns.
 *
 * @typedef {object} Address
 * @property {string} [host]
 * @property {number} port
 * @property {string} path
 * @property {string} [subprotocol]
 *
 * @typedef {import('./bare-socket.mjs').Listener} Listener
 *
 * @param {Address} address
 * @param {Listener} listener
 */
export function dial({ host = '127.0.0.1', port, path, subprotocol }, listener) {
  const request = [
    `GET ${path} HTTP/1.1`,
    `Host: ${host}:${port}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${KEY}`,
    'Sec-WebSocket-Version: 13',
  ];
  if (subprotocol !== undefined) request.push(`Sec-WebSocket-Protocol: ${subprotocol}`);
  const isExpected = (/** @type {string} */ head) => head.startsWith('HTTP/1.1 101');
  return dialBare({ host, port, request, isExpected }, listener);
}

/** A short text frame, masked with zeros as a client has to mask. @param {string} text */
export function textFrame(text) {
  const payload = Buffer.from(text);
  if (payload.length > 125) throw new RangeError('only short texts');
  return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
}

/** Walks frames over chunk borders; data frames that end are counted, and one at a time can be kept whole. */
export class FrameWalk {
  messages = 0;
  payloadBytes = 0;
  #header = Buffer.alloc(10);
  #headerBytes = 0;
  #leftBytes = 0;
  #counts = false;
  #inFrame = false;
  #keepNext = false;
  /** @type {Buffer | undefined} */
  #kept;
  #keptBytes = 0;
  #onKept = (/** @type {Buffer} */ _kept) => {};

  /** Keeps the next data message that begins, and gives it when it is whole. @param {(payload: Buffer) => void} onKept */
  keepNext(onKept) {
    this.#keepNext = true;
    this.#onKept = onKept;
  }

  /** @param {Buffer} buffer @param {number} start @param {number} end */
  walk(buffer, start, end) {
    let at = start;
    while (at < end) {
      if (this.#inFrame) {
        const take = Math.min(this.#leftBytes, end - at);
        if (this.#kept !== undefined) {
          buffer.copy(this.#kept, this.#keptBytes, at, at + take);
          this.#keptBytes += take;
        }
        this.#leftBytes -= take;
        at += take;
        if (this.#leftBytes > 0) return;
        this.#endFrame();
      } else if (this.#headerBytes === 0) {
        at = this.#walkWhole(buffer, at, end);
      } else {
        at = this.#walkHeader(buffer, at, end);
      }
    }
  }

  /** The common case, frames that lie whole in the buffer, without a field touched for each. @param {Buffer} buffer @param {number} start @param {number} end */
  #walkWhole(buffer, start, end) {
    let at = start;
    let messages = 0;
    let payloadBytes = 0;
    if (!this.#keepNext) {
      while (at + 4 <= end) {
        const first = buffer[at];
        const short = buffer[at + 1];
        if ((first !== 0x81 && first !== 0x82) || short === 127) break;
        const extended = short === 126;
        const size = extended ? (buffer[at + 2] << 8) | buffer[at + 3] : short;
        const next = at + (extended ? 4 : 2) + size;
        if (next > end) break;
        messages++;
        payloadBytes += size;
        at = next;
      }
      this.messages += messages;
      this.payloadBytes += payloadBytes;
    }
    return at < end ? this.#walkHeader(buffer, at, end) : at;
  }

  /** @param {Buffer} buffer @param {number} start @param {number} end */
  #walkHeader(buffer, start, end) {
    const header = this.#header;
    let at = start;
    while (at < end) {
      header[this.#headerBytes++] = buffer[at++];
      if (this.#headerBytes < 2) continue;
      const short = header[1] & 0x7f;
      if (this.#headerBytes < (short === 127 ? 10 : short === 126 ? 4 : 2)) continue;
      const size =
        short === 127 ? Number(header.readBigUInt64BE(2)) : short === 126 ? header.readUInt16BE(2) : short;
      this.#beginFrame(header[0], size);
      break;
    }
    return at;
  }

  /** @param {number} first @param {number} size */
  #beginFrame(first, size) {
    this.#headerBytes = 0;
    const opcode = first & 0x0f;
    if (opcode === 0 || (first & 0x80) === 0) throw new Error('a message in fragments, which no peer sends');
    this.#counts = opcode === 1 || opcode === 2;
    this.#leftBytes = size;
    this.#inFrame = true;
    if (this.#counts) this.payloadBytes += size;
    if (this.#counts && this.#keepNext) {
      this.#keepNext = false;
      this.#kept = Buffer.alloc(size);
      this.#keptBytes = 0;
    }
    if (size === 0) this.#endFrame();
  }

  #endFrame() {
    this.#inFrame = false;
    if (this.#counts) this.messages++;
    const kept = this.#kept;
    if (kept === undefined) return;
    this.#kept = undefined;
    this.#onKept(kept);
  }
}
