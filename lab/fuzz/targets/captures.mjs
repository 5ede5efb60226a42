// CaptureChecker: a verdict that a plain reader of whole lines agrees with, however the capture is cut.
import assert from 'node:assert/strict';
import { openStream } from '../../../dist/stream/stream.js';
import { StreamError } from '../../../dist/stream/stream-error.js';
import { CaptureError } from '../../../dist/verify/capture/form.js';
import { CaptureChecker } from '../../../dist/verify/capture-checker.js';
import { UsageError } from '../../../dist/wording/usage-error.js';
import { texts } from '../../kit/truth.mjs';
import { chunksOf } from '../chunks.mjs';

const stream = remembering(openStream('bytes?size=40&seed=7'));
const COUNT = 12;
const lines = texts(stream.name, COUNT);
const log = [
  JSON.stringify({ record: 'run', stream: stream.name, from: 0, count: COUNT }),
  JSON.stringify({ record: 'block', messages: lines.map((data, seq) => ({ seq, data })) }),
];
const right = new Map(lines.map((line, seq) => [line, seq]));

/** @returns {import('../campaign.mjs').OpenTarget} */
export function open() {
  return {
    corpus: [
      `${lines.join('\n')}\n`,
      lines.toReversed().join('\r\n'),
      lines.map((line) => JSON.stringify(JSON.parse(line), null, 1).replaceAll('\n', '')).join('\n'),
      `\ufeff${lines.slice(0, 3).join('\n\n')}`,
      log.join('\n'),
      lines.join(''),
      `[${lines.join(',')}]`,
      lines.map((line) => `12:00 ${line}`).join('\n'),
      lines.map((line) => `data: ${line}`).join('\n\n'),
      lines.map((line, id) => JSON.stringify({ id, log: line })).join('\n'),
      lines.map((line) => JSON.stringify(JSON.parse(line), null, 2)).join('\n'),
      ...texts('users?seed=7', 1, 3),
    ].map((text) => Buffer.from(text)),
    mostBytes: 1000,
    words: [
      '{"seq":',
      '"seq":9007199254740991',
      '{"record":"block","messages":[',
      '"data_base64":"',
      '}{"seq":',
      '\ufeff',
      '\u001e',
      '\n',
      '\r\n',
    ],
    run: (bytes) => {
      const bytewise = check(bytes, [bytes], 'bytes');
      const cut = check(bytes, chunksOf(bytes), 'bytes');
      assert.deepEqual(cut, bytewise, 'the same however it is cut');
      const json = check(bytes, chunksOf(bytes), 'json');
      if (typeof bytewise === 'string' || typeof json === 'string') return String(bytewise);
      assert.ok(
        json.corrupt <= bytewise.corrupt + bytewise.foreign,
        'what is equal in bytes is equal as JSON',
      );
      if (!bytes.includes('{"record":"')) assertCounts(bytes, bytewise);
      return [bytewise.verdict, ...KINDS.filter((kind) => bytewise[kind] > 0)].join(' ');
    },
  };
}

const KINDS = /** @type {const} */ (['lost', 'repeated', 'reordered', 'corrupt', 'foreign']);

/** @typedef {ReturnType<CaptureChecker['finish']>} Verdict */

/** @param {Buffer} bytes @param {Iterable<Uint8Array>} chunks @param {'bytes' | 'json'} equal */
function check(bytes, chunks, equal) {
  const found = { lost: 0, repeated: 0, reordered: 0, corrupt: 0, foreign: 0 };
  try {
    const checker = new CaptureChecker(
      stream,
      { count: COUNT, equal },
      ({ kind, from, to, firstLine, lastLine }) => {
        const [first, last] = kind === 'foreign' ? [firstLine, lastLine] : [from, to];
        found[kind] += Number(last) - Number(first) + 1;
      },
      () => undefined,
    );
    for (const chunk of chunks) checker.push(chunk);
    const verdict = checker.finish();
    if (!bytes.includes('{"record":"')) {
      for (const kind of KINDS) assert.equal(found[kind], verdict[kind], `findings of ${kind}`);
    }
    return verdict;
  } catch (error) {
    if (!(error instanceof StreamError || error instanceof UsageError || error instanceof CaptureError))
      throw error;
    return 'refused';
  }
}

/** What a plain reader can tell for sure: lines that are right, byte by byte, each counted once. @param {Buffer} bytes @param {Verdict} verdict */
function assertCounts(bytes, verdict) {
  const text = bytes.toString('latin1');
  const framed = verdict.framing === 'lines' ? text : text.replaceAll('}{"seq":', '}\n{"seq":');
  const given = framed.split('\n').map((line) => line.replace(/^\u00ef\u00bb\u00bf/, '').replace(/\r$/, ''));
  const there = new Set(given.flatMap((line) => (right.has(line) ? [right.get(line)] : [])));
  assert.ok(verdict.messages >= there.size && verdict.lost <= COUNT - there.size);
  assert.equal(
    verdict.verdict === 'proved',
    given.filter((line) => line !== '').join('\n') === lines.join('\n'),
  );
}

/** Encoding is fuzzed elsewhere: here each part of the stream is made once. @param {ReturnType<typeof openStream>} made */
function remembering(made) {
  const known = new Map();
  const encode = (/** @type {Parameters<typeof made.encode>} */ ...range) => {
    const key = range.join();
    if (known.size > 10_000) known.clear();
    if (!known.has(key)) known.set(key, made.encode(...range));
    return known.get(key);
  };
  return { ...made, encode };
}
