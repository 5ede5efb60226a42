/** What is wrong with what a run has left: a log, read as anyone would and held against the stream itself; an end; receipts. */
import { readFileSync } from 'node:fs';

/**
 * @typedef {object} LoggedBlock
 * @property {number} block
 * @property {number} from
 * @property {number} to
 * @property {string} crc32
 * @property {string} at
 * @property {boolean} partial
 * @property {readonly { readonly seq: number, readonly data: string, readonly at: string }[]} messages
 */

/** The blocks of a log, without a torn last line. @param {string} text @returns {LoggedBlock[]} */
export function blocksOf(text) {
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const records = whole
    .split('\n')
    .slice(0, -1)
    .map((line, index) => {
      try {
        return JSON.parse(line);
      } catch {
        throw new Error(`line ${index + 1} of the log is not JSON: it was torn, and written on behind`);
      }
    });
  if (records.length > 0 && records[0].record !== 'run') throw new Error('the log begins with no run record');
  return records.slice(1);
}

/** @param {string} path */
export function readBlocks(path) {
  return blocksOf(readFileSync(path, 'utf8'));
}

/**
 * What is wrong with a log that should hold `expected`, the texts of seq 0 on, in blocks without a gap.
 *
 * @param {readonly LoggedBlock[]} blocks
 * @param {readonly string[]} expected
 * @returns {{ lost: number, repeated: number, faults: string[] }} messages, and sentences: none if the log is right
 */
export function compareLog(blocks, expected) {
  const seen = new Uint32Array(expected.length);
  /** @type {string[]} */
  const faults = [];
  const say = (/** @type {string} */ sentence) => faults.length < 5 && faults.push(sentence);
  let next = 0;
  for (const [index, { block, messages, partial }] of blocks.entries()) {
    if (block !== index + 1) say(`block ${block} where block ${index + 1} should be`);
    if (messages.length === 0) say(`block ${block} is empty${partial ? ' and partial' : ''}`);
    for (const { seq, data } of messages) {
      if (seq !== next) say(`seq ${seq} where ${next} should be`);
      next = seq + 1;
      if (seq >= expected.length) say(`seq ${seq} was not asked for`);
      else if (seen[seq]++ === 0 && data !== expected[seq]) say(`seq ${seq} has other bytes`);
    }
  }
  const lost = seen.reduce((sum, times) => sum + (times === 0 ? 1 : 0), 0);
  const repeated = seen.reduce((sum, times) => sum + Math.max(0, times - 1), 0);
  if (lost > 0) say(`${lost} messages are missing`);
  return { lost, repeated, faults };
}

/**
 * Sentences for what an `end` event says besides "proved".
 *
 * @param {Record<string, any> | undefined} end
 * @param {number} count
 */
export function endFaults(end, count) {
  if (end === undefined) return ['it has not ended'];
  const { client, verdict, messages, lost, repeated, reordered, corrupt, error } = end;
  const right = verdict === 'proved' && messages === count && lost + repeated + reordered + corrupt === 0;
  if (right) return [];
  return [
    `${client} is ${verdict}: ${messages} of ${count}, lost ${lost}, repeated ${repeated}${error ? `, ${error}` : ''}`,
  ];
}

/**
 * Receipts that a server has printed for blocks which the log does not hold, or holds otherwise.
 *
 * @template {Record<string, any>} T
 * @param {readonly T[]} receipts
 * @param {readonly LoggedBlock[]} blocks
 */
export function missingReceipts(receipts, blocks) {
  return receipts.filter(({ block, crc32, from, to }) => {
    const record = blocks[block - 1];
    return record?.block !== block || record.crc32 !== crc32 || record.from !== from || record.to !== to;
  });
}
