// EventStreamReader and LineReader: the messages of a body, however it is cut, are those that another parser finds.
import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import { createParser } from 'eventsource-parser';
import { EventStreamReader } from '../../../dist/carriage/http/event-stream-reader.js';
import { LineReader } from '../../../dist/carriage/http/line-reader.js';
import { framed } from '../../../dist/stream/segment/framing.js';
import { payloads } from '../../kit/truth.mjs';
import { chunksOf } from '../chunks.mjs';

const LIMITS = { maximumMessageBytes: 700, eventIdBytes: 16, isUtf8 };

/** @returns {import('../campaign.mjs').OpenTarget} */
export function open() {
  const messages = payloads('bytes?size=40&seed=7', 6);
  const events = Buffer.concat(messages.map((message, seq) => framed('events', message, seq, true)));
  const lines = Buffer.concat(messages.map((message, seq) => framed('lines', message, seq, true)));
  return {
    corpus: [
      events,
      lines,
      Buffer.concat([
        Buffer.from('id: -1\nretry: 1000\nevent: welcome\ndata: {"type":"welcome"}\n\n'),
        events,
      ]),
      Buffer.from('\ufeffdata: a\r\ndata: b\r\n\r\n: still there\rid: é\rdata:x\r\revent: e\ndata\n\n'),
      Buffer.from(`${lines.toString().replaceAll('\n', '\r\n')}\n\nlast`),
    ],
    words: [
      '\n\n',
      '\r\n',
      '\r',
      'id: ',
      'data: ',
      'data:',
      'event: x\n',
      'retry: 10\n',
      ': \n',
      '\0',
      '\ufeff',
    ],
    run: (bytes) => {
      const found = [
        read(() => new EventStreamReader({ ...LIMITS, speaks: false }), bytes),
        read(() => new EventStreamReader({ ...LIMITS, speaks: true }), bytes),
        read(() => new LineReader(LIMITS), bytes),
      ];
      const [plain, , line] = found;
      if (isUtf8(bytes)) {
        if (plain?.fault === '') assert.deepEqual(plain.messages, eventsIn(bytes.toString()), 'the events');
        if (line?.fault === '') assert.deepEqual(line.messages, linesIn(bytes.toString()), 'the lines');
      }
      return found.map(({ messages: { length }, fault }) => `${Math.min(length, 9)} ${fault}`).join(', ');
    },
  };
}

/**
 * What comes of the bytes at once, which must be what comes of them in pieces.
 *
 * @param {() => import('../../../dist/carriage/http/body-reader.js').BodyReader} make @param {Uint8Array} bytes
 */
function read(make, bytes) {
  const whole = readPieces(make(), [bytes]);
  assert.deepEqual(readPieces(make(), chunksOf(bytes)), whole, 'the same, however it is cut');
  return whole;
}

/** @param {import('../../../dist/carriage/http/body-reader.js').BodyReader} reader @param {Iterable<Uint8Array>} pieces */
function readPieces(reader, pieces) {
  /** @type {string[]} */
  const messages = [];
  const give = (/** @type {import('../../../dist/measure/message-batch.js').MessageBatch} */ batch) => {
    for (let index = 0; index < batch.count; index++) {
      const payload = batch.payload(index);
      assert.ok(isUtf8(payload) && payload.length > 0 && payload.length <= LIMITS.maximumMessageBytes + 1);
      assert.equal(batch.bytes[batch.end(index)], 0x0a, 'a newline behind each');
      messages.push(Buffer.from(payload).toString());
    }
  };
  let fault;
  for (const piece of pieces) {
    fault = reader.take(Buffer.from(piece), give);
    if (fault !== undefined) break;
  }
  fault ??= reader.end(give);
  const { lastEventId, retryMs } = reader;
  const said = (fault?.reason ?? '').replaceAll(/\d+|"(\\.|[^"\\])*"/g, '#');
  return { messages, fault: said, lastEventId, retryMs };
}

/** That parser waits for what may follow a CR at the end, and calls empty data an event. @param {string} text */
function eventsIn(text) {
  /** @type {string[]} */
  const messages = [];
  const parser = createParser({ onEvent: ({ data }) => void (data === '' || messages.push(data)) });
  parser.feed(text.replace(/^\ufeff/, ''));
  if (text.endsWith('\r')) parser.feed(':\n');
  return messages;
}

/** @param {string} text */
function linesIn(text) {
  return text
    .split('\n')
    .map((line) => line.replace(/\r$/, ''))
    .filter((line) => line !== '');
}
