// readPost: a text, messages, or a fault, as another reader of the same body says.
import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import { PostFault, readPost } from '../../../dist/carriage/http/post-body.js';
import { decodeClientMessage, ProtocolError } from '../../../dist/session/codec.js';
import { LIMITS } from '../../../dist/session/limits.js';
import { RECEIPT } from '../receipt.mjs';

const TYPES = ['application/json', 'application/x-ndjson', 'text/plain; charset=utf-8'];

const receipt = JSON.stringify(RECEIPT);
const clock = '{"type":"clock_request","t1_ms":1.5}';
const later = '{"type":"later"}';

/** @returns {import('../campaign.mjs').OpenTarget} */
export function open() {
  const bodies = [
    receipt,
    clock,
    later,
    `${receipt}\n${clock}\r\n\n${later}\n`,
    `${later}\n`.repeat(70),
    '\n',
    '',
  ];
  return {
    // The first byte says of which type the body is.
    corpus: TYPES.flatMap((_, type) => bodies.map((body) => Buffer.from(String.fromCharCode(type) + body))),
    words: [
      '\n',
      '\r\n',
      '"type":',
      '"receipt"',
      '"clock_request"',
      '\u001e',
      '\ufeff',
      `${clock}\n`,
      `${receipt}\n`,
    ],
    run: (bytes) => {
      const type = TYPES[(bytes[0] ?? 0) % TYPES.length] ?? '';
      const body = bytes.subarray(1);
      const posted = readPost({ 'content-type': type }, body);
      const expected = readPlainly(type, body);
      if (posted instanceof PostFault) {
        assert.equal(posted.status, expected, posted.sentence);
        assert.ok(posted.sentence.length < 4096, 'a sentence of bounded length');
        return `${posted.status} ${posted.sentence.replaceAll(/\d+|"[^"]*"/g, '#')}`;
      }
      const kinds =
        typeof posted === 'string' ? 'text' : posted.messages.map((message) => message.type).join();
      assert.deepEqual(posted, expected);
      return kinds;
    },
  };
}

/** The same, read without any care for how long it takes: a status for what can't be taken. @param {string} type @param {Uint8Array} body */
function readPlainly(type, body) {
  if (!isUtf8(body)) return 400;
  const text = new TextDecoder().decode(body);
  if (type.startsWith('text/')) return text;
  const lines = type.endsWith('/json') ? [text] : text.split('\n').filter((line) => !/^[ \t\r]*$/.test(line));
  if (lines.length === 0 && !text.includes('\n')) return 400;
  const messages = [];
  const unknownTypes = new Set();
  for (const line of lines) {
    try {
      const parsed = JSON.parse(line);
      const message = decodeClientMessage(`\u001e${line}`);
      if (message === undefined) unknownTypes.add(parsed.type);
      else messages.push(message);
    } catch (error) {
      if (!(error instanceof ProtocolError || error instanceof SyntaxError)) throw error;
      return 400;
    }
  }
  const receipts = messages.filter(({ type: kind }) => kind === 'receipt').length;
  return receipts > LIMITS.waitingReceipts ? 413 : { messages, unknownTypes: [...unknownTypes] };
}
