/** A bare HTTP client: a request, and a walk over the chunks of its response, which copies nothing but its two ends. */
import { dialBare } from './bare-socket.mjs';

/** Longer than any message, with what is around it. */
const KEPT_BYTES = 4096;
const NEWLINE = 0x0a;
const RETURN = 0x0d;

/**
 * Asks for a response in chunks, and tells of the raw bytes behind its head. A piece is gone when `chunk` returns.
 *
 * @typedef {object} Address
 * @property {string} [host]
 * @property {number} port
 * @property {string} path
 * @property {string} accept
 *
 * @param {Address} address
 * @param {Omit<import('./bare-socket.mjs').Listener, 'open'>} listener
 */
export function getBare({ host = '127.0.0.1', port, path, accept }, listener) {
  const request = [`GET ${path} HTTP/1.1`, `Host: ${host}:${port}`, `Accept: ${accept}`];
  const isExpected = (/** @type {string} */ head) =>
    head.startsWith('HTTP/1.1 200') && /^transfer-encoding: chunked$/im.test(head);
  return dialBare({ host, port, request, isExpected }, { ...listener, open: () => {} });
}

/** What was in the chunks: the beginning and the end of it, and how much. @typedef {{ head: string, tail: string, bytes: number }} Body */

/** Walks chunks over the borders of what is read. */
export class ChunkWalk {
  /** Whether the last chunk has come. */
  done = false;
  #bytes = 0;
  #leftBytes = 0;
  /** @type {'size' | 'data' | 'end' | 'trailer'} */
  #part = 'size';
  #line = '';
  #head = Buffer.alloc(KEPT_BYTES);
  #headBytes = 0;
  #tail = Buffer.alloc(0);

  /** @param {Buffer} buffer @param {number} start @param {number} end */
  walk(buffer, start, end) {
    let at = start;
    while (at < end && !this.done)
      at = this.#part === 'data' ? this.#data(buffer, at, end) : this.#text(buffer, at, end);
  }

  /** @returns {Body} */
  get body() {
    return {
      head: this.#head.toString('utf8', 0, this.#headBytes),
      tail: this.#tail.toString('utf8'),
      bytes: this.#bytes,
    };
  }

  /** @param {Buffer} buffer @param {number} at @param {number} end */
  #data(buffer, at, end) {
    const next = Math.min(end, at + this.#leftBytes);
    const bytes = next - at;
    if (this.#headBytes < KEPT_BYTES) this.#headBytes += buffer.copy(this.#head, this.#headBytes, at, next);
    // Of what is not the end, nothing has to be kept; what is left says whether it may be.
    if (this.#leftBytes - bytes < KEPT_BYTES) {
      const last = buffer.subarray(Math.max(at, next - KEPT_BYTES), next);
      this.#tail = Buffer.concat([this.#tail, last]).subarray(-KEPT_BYTES);
    }
    this.#bytes += bytes;
    this.#leftBytes -= bytes;
    if (this.#leftBytes === 0) this.#part = 'end';
    return next;
  }

  /** What is between data: its size, the end of its line, and trailers. @param {Buffer} buffer @param {number} start @param {number} end */
  #text(buffer, start, end) {
    for (let at = start; at < end; at++) {
      const byte = buffer[at];
      if (byte !== NEWLINE) {
        if (byte !== RETURN) this.#line += String.fromCharCode(byte);
        continue;
      }
      this.#endLine(this.#line);
      this.#line = '';
      return at + 1;
    }
    return end;
  }

  /** @param {string} line */
  #endLine(line) {
    if (this.#part === 'trailer') {
      this.done = line === '';
    } else if (this.#part === 'end') {
      if (line !== '') throw new Error(`data is longer than its chunk: ${line.slice(0, 80)}`);
      this.#part = 'size';
    } else {
      if (!/^[0-9a-f]+$/i.test(line)) throw new Error(`not the size of a chunk: ${line.slice(0, 80)}`);
      this.#leftBytes = Number.parseInt(line, 16);
      this.#part = this.#leftBytes === 0 ? 'trailer' : 'data';
    }
  }
}
