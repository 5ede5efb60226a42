// decodeServerMessage and decodeClientMessage: a message, undefined for an unknown type, or a ProtocolError.
import assert from 'node:assert/strict';
import {
  decodeClientMessage,
  decodeServerMessage,
  encodeControl,
  ProtocolError,
} from '../../../dist/session/codec.js';
import { RECEIPT } from '../receipt.mjs';

const welcome = {
  type: 'welcome',
  server: '0.1.0',
  client: 'alice',
  token: 'secret-1',
  stream: 'users?seed=7',
  stream_id: '892c13fb2abc043a',
  generator: 1,
  faker: '10.6.0',
  from: 0,
  rate: 10,
  profile: 'constant',
  t0_ms: 1790000000000.125,
};
const mismatch = {
  type: 'mismatch',
  block: 3,
  from: 10,
  to: 14,
  expected_crc32: '00000000',
  received_crc32: 'ffffffff',
  reason: 'CRC-32 is ffffffff, should be 00000000',
};
/** @type {any[]} */
const messages = [welcome, { ...welcome, rate: 'max' }, { type: 'verified', block: 1 }, mismatch, RECEIPT];
const fields = [...new Set(messages.flatMap((message) => Object.keys(message)))];

/** @returns {import('../campaign.mjs').OpenTarget} */
export function open() {
  return {
    corpus: [...messages.map(encodeControl), '\u001e{"type":"later","x":1}', '\u001e[]', '\u001e', ''].map(
      (text) => Buffer.from(text),
    ),
    words: [...fields.map((field) => `"${field}":`), '"type":"verified",', '"max"', '"type":"toString"'],
    run: (bytes) => {
      // As both ends do: a text message that is UTF-8 already, decoded by the platform.
      const text = new TextDecoder().decode(bytes);
      return `${outcome(text, decodeServerMessage)} ${outcome(text, decodeClientMessage)}`;
    },
  };
}

/** @param {string} text @param {typeof decodeClientMessage | typeof decodeServerMessage} decode */
function outcome(text, decode) {
  let message;
  try {
    message = decode(text);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    assert.ok(error.message.length < 4096, 'a message of bounded length');
    return error.message.replaceAll(/\d+|"[^"]*"/g, '#');
  }
  if (message === undefined) return 'unknown';
  assert.equal(Object.getPrototypeOf(message), Object.prototype);
  const encoded = encodeControl(message);
  const again = decode(encoded);
  assert.ok(again !== undefined);
  assert.equal(encodeControl(again), encoded, 'what was decoded can be encoded and decoded again');
  return message.type;
}
