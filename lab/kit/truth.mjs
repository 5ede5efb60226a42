/** What a stream's bytes should be: payloads by seq, and their digest. */
import { crc32Hex, digestMessage } from '../../dist/stream/digest.js';
import { openStream } from '../../dist/stream/stream.js';

/** Payloads [from, from + count). @param {string} stream its name @param {number} count @param {number} [from] */
export function payloads(stream, count, from = 0) {
  const opened = openStream(stream);
  return Array.from({ length: count }, (_, index) => Buffer.from(opened.message(from + index)));
}

/** The same as strings, for a stream of text messages. @param {string} stream @param {number} count @param {number} [from] */
export function texts(stream, count, from = 0) {
  return payloads(stream, count, from).map(String);
}

/** The size and CRC-32 that a receipt states for these messages. @param {readonly Uint8Array[]} messages @param {boolean} areText */
export function digestOf(messages, areText) {
  let [bytes, crc] = [0, 0];
  for (const message of messages) {
    crc = digestMessage(message, areText, crc);
    bytes += message.length;
  }
  return { bytes, crc32: crc32Hex(crc) };
}
