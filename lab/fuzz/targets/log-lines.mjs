// endOfLastLine, checkTornStart and readHistory, over a file: what the log says, or a LogError.
import assert from 'node:assert/strict';
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkTornStart, readHistory } from '../../../dist/client/log-history.js';
import { endOfLastLine } from '../../../dist/client/log-tail.js';
import { LogError } from '../../../dist/client/run/log-error.js';
import { crc32Hex, digestMessage } from '../../../dist/stream/digest.js';
import { openStream } from '../../../dist/stream/stream.js';
import { digestOf, payloads } from '../../kit/truth.mjs';

const stream = openStream('bytes?size=40&seed=7');
const npy = openStream('arrays?dtype=int8&shape=2&encoding=npy');

/** @returns {import('../campaign.mjs').OpenTarget} */
export function open() {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-fuzz-'));
  const file = openSync(join(folder, 'run.ndjson'), 'w+');
  rmSync(folder, { recursive: true }); // the open file is enough, and nothing is left behind however this ends
  return {
    corpus: [run(), run({ plain: true, stream: null, stream_id: null })]
      .flatMap((head) => [
        [head],
        [head, block(1, 0, 1)],
        [head, block(1, 0, 2), block(2, 2, 1, { verified_through: 1 })],
        [
          head,
          block(1, 0, 1),
          block(2, 1, 1, { data: npy }),
          block(3, 2, 1, { interrupted: true, partial: true }),
        ],
      ])
      .flatMap((lines) => [`${lines.join('\n')}\n`, lines.join('\n')])
      .map((text) => Buffer.from(text)),
    words: [
      '"messages":',
      '"data":',
      '"data_base64":',
      '"record":"run"',
      '"record":"block"',
      '"to":-1',
      '"crc32":',
      '"seq":',
      '\n{',
    ],
    run: (bytes) => outcome(file, bytes),
    close: () => closeSync(file),
  };
}

/** @param {number} file @param {Buffer} bytes */
function outcome(file, bytes) {
  ftruncateSync(file, 0);
  writeSync(file, bytes, 0, bytes.length, 0);
  const end = endOfLastLine(file, bytes.length);
  assert.equal(end, bytes.lastIndexOf(0x0a) + 1, 'where the last line ends');
  try {
    if (end === 0) {
      checkTornStart('log', file, bytes.length);
      return 'torn';
    }
    const { run: head, point } = readHistory('log', file, end);
    assert.ok(head !== undefined && point !== undefined);
    checkPoint(head, point, bytes);
    return `${point.nextBlock} ${point.unanswered.length} ${head.plain}`;
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    assert.ok(error.message.length < 1000, 'a message of bounded length');
    return error.message.replaceAll(/\d+|"(\\.|[^"\\])*"/g, '#');
  }
}

/** @typedef {ReturnType<typeof readHistory>} History */

/**
 * What a run goes on from is what a plain reader of the lines finds.
 *
 * @param {NonNullable<History['run']>} head
 * @param {NonNullable<History['point']>} point
 * @param {Buffer} bytes
 */
function checkPoint(head, point, bytes) {
  const lines = bytes.toString().split('\n').slice(1, -1);
  const blocks = lines.map((line) => JSON.parse(line));
  const last = blocks.at(-1);
  assert.equal(point.nextBlock, blocks.length + 1);
  assert.ok(point.nextSeq === (last === undefined ? head.from : last.to + 1), 'the next seq');
  assert.ok(
    point.unanswered.every(({ block: number }, i) => i === 0 || number === point.unanswered[i - 1].block + 1),
  );
  let from = head.from;
  for (const [i, each] of blocks.entries()) {
    assert.ok(each.block === i + 1 && each.from === from, 'blocks join'); // -0 is 0
    assert.equal(each.messages.length, each.count);
    let crc = 0;
    for (const { data, data_base64 } of each.messages) {
      const isText = data !== undefined;
      crc = digestMessage(Buffer.from(data ?? data_base64, isText ? 'utf8' : 'base64'), isText, crc);
    }
    assert.equal(each.crc32, crc32Hex(crc), 'the data has its digest');
    from = each.to + 1;
  }
}

function run(changed = {}) {
  const asked = {
    record: 'run',
    at: '2026-01-01T00:00:00.000000Z',
    tidemark: '0.1.0',
    url: 'ws://127.0.0.1:8000/users',
  };
  const facts = { client: 'alice', token: 'secret-1', block: 2, count: null, plain: false };
  return JSON.stringify({
    ...asked,
    ...facts,
    stream: stream.name,
    stream_id: stream.id,
    from: 0,
    ...changed,
  });
}

/** @param {number} number @param {number} from @param {number} count @param {Record<string, any>} [changed] */
function block(number, from, count, { data: source = stream, ...changed } = {}) {
  const at = '2026-01-01T00:00:00.000000Z';
  const sent = payloads(source.name, count, from);
  const messages = sent.map((payload, i) => ({
    seq: from + i,
    at,
    ...(source.text ? { data: payload.toString() } : { data_base64: payload.toString('base64') }),
  }));
  const to = from + count - 1;
  const { bytes, crc32 } = digestOf(sent, source.text);
  const place = { record: 'block', at, client: 'alice', block: number, from, to, count, bytes };
  const facts = { elapsed_ms: 12.5, interval_ms: null, crc32, interrupted: false, partial: false };
  return JSON.stringify({ ...place, ...facts, verified_through: 0, ...changed, messages });
}
