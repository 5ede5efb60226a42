/** Checks what the counting client counted against what the messages are. */
import { texts } from '../kit/truth.mjs';

/** What was counted on a connection: how many messages, and which was the first and the last. @typedef {{ first: string, last: string, count: number }} Counted */

/** @param {string} message */
function seqOf(message) {
  const seq = /^\{"seq":(\d+),/.exec(message)?.[1];
  if (seq === undefined) throw new Error(`a message without a seq: ${message.slice(0, 80)}`);
  return Number(seq);
}

/**
 * Throws unless on every connection the count fits the seqs, and on the first one both ends have the stream's bytes.
 *
 * @param {string} stream
 * @param {readonly Counted[]} connections
 */
export function checkOurs(stream, connections) {
  for (const { first, last, count } of connections) {
    const expected = seqOf(last) - seqOf(first) + 1;
    if (count !== expected) {
      throw new Error(
        `${count} messages were counted from seq ${seqOf(first)} to ${seqOf(last)}, not ${expected}`,
      );
    }
  }
  const [{ first, last }] = connections;
  for (const message of [first, last]) {
    const bytes = Buffer.from(message, 'latin1').toString('utf8');
    if (bytes !== texts(stream, 1, seqOf(message))[0]) {
      throw new Error(`not the stream's bytes at seq ${seqOf(message)}: ${bytes.slice(0, 80)}`);
    }
  }
}

/**
 * Throws unless what a peer sent are whole records, each in a framing of the peer's own, which `unwrap` takes away.
 *
 * @param {readonly Counted[]} connections
 * @param {(message: string) => string} [unwrap]
 */
export function checkPeer(connections, unwrap = (message) => message) {
  for (const { first, last } of connections) {
    for (const message of [first, last]) {
      const record = JSON.parse(unwrap(message));
      if (typeof record.seq !== 'number' || typeof record.address?.city !== 'string') {
        throw new Error(`not a record: ${message.slice(0, 80)}`);
      }
    }
  }
}
