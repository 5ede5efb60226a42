// Conversation.receive and work, over forged receipts: nothing is thrown, and only what is right is called verified.
import assert from 'node:assert/strict';
import { decodeServerMessage, encodeControl } from '../../../dist/session/codec.js';
import { ServerSession } from '../../../dist/session/conversation/server-session.js';
import { receiptSentence } from '../../../dist/session/receipt.js';
import { parseStreamRequest } from '../../../dist/session/stream-request.js';
import { SegmentCache } from '../../../dist/stream/segment/segment-cache.js';
import { digestOf, payloads } from '../../kit/truth.mjs';

const SENT = 2000;
const NOW = { monotonicMs: 0, wallMs: 1_790_000_000_000 };
const request = parseStreamRequest(`/bytes?size=50&seed=7&rate=max&count=${SENT}`, {
  seed: 1,
  ratePerSecond: 10,
});
const source = new SegmentCache(1 << 24).source(request.stream, 'websocket');

/** @typedef {import('../../../dist/session/conversation/conversation.js').Conversation} Conversation */

/** What is right of seqs [from, to]. @typedef {(from: number, to: number) => ReturnType<typeof digestOf>} Right */

/** @returns {import('../campaign.mjs').OpenTarget} */
export function open() {
  const messages = payloads(request.stream.name, SENT);
  /** @type {Right} */
  const right = (from, to) => digestOf(messages.slice(from, to + 1), true);
  const receipt = (/** @type {number} */ block, /** @type {number} */ from, /** @type {number} */ to) => {
    const facts = { block, from, to, count: to - from + 1, elapsed_ms: 2, interrupted: false };
    const text = receiptSentence('alice', block, facts.elapsed_ms);
    return encodeControl({ type: 'receipt', ...facts, ...right(from, to), text });
  };
  const conversation = (/** @type {boolean} */ plain) => {
    const settings = {
      client: 'alice',
      token: 'secret-1',
      plain,
      request,
      source,
      link: { ping: true, pause: true, status: true, acknowledge: true, halfClose: false },
      heartbeatMs: 1000,
      version: '0.1.0',
    };
    const made = new ServerSession(settings, NOW);
    while (made.take(NOW, 1 << 20) !== undefined) {} // all of it is sent
    return made.conversation;
  };
  return {
    corpus: [
      receipt(1, 0, 4),
      receipt(2, 0, 0),
      receipt(3, 100, SENT - 1),
      receipt(1, 7, 9),
      'hello',
      '\u001e{"type":"verified"}',
    ].map((text) => Buffer.from(text)),
    words: [
      '"from":',
      '"to":',
      '"count":',
      '"bytes":',
      '"block":',
      '"crc32":"00000000"',
      '"text":',
      'Client alice received ',
      '1999',
      '2000',
    ],
    run: (bytes) => {
      const plain = conversation(true).receive(bytes, true, NOW);
      assert.deepEqual(
        plain.map(({ type }) => type),
        ['message'],
        'in plain mode all text is a message',
      );
      const binary = conversation(false).receive(bytes, false, NOW);
      assert.deepEqual(
        binary.map(({ type }) => type),
        ['close'],
        'binary ends the connection',
      );
      return outcome(conversation(false), bytes, right);
    },
  };
}

/** @param {Conversation} conversation @param {Buffer} bytes @param {Right} right */
function outcome(conversation, bytes, right) {
  const outputs = conversation.receive(bytes, true, NOW);
  for (let step = 0; conversation.hasWork; step++) {
    assert.ok(step < 1000, 'a receipt is checked in few steps');
    outputs.push(...conversation.work());
  }
  const types = [];
  for (const output of outputs) {
    if (output.type === 'send') types.push(decodeServerMessage(output.text)?.type);
    else types.push(output.type);
    if (output.type !== 'receipt') continue;
    const { from, to, count, bytes: size, crc32 } = output.receipt;
    const fits = to >= from && to < SENT && count === to - from + 1;
    const is = fits ? right(from, to) : undefined;
    const { block, elapsed_ms, text } = output.receipt;
    const said = text === receiptSentence('alice', block, elapsed_ms);
    assert.equal(
      output.verified,
      said && is?.bytes === size && is.crc32 === crc32,
      'verified if and only if it is right',
    );
  }
  const reasons = outputs.map((output) => (output.type === 'close' ? output.reason : ''));
  return `${types.join(' ')} ${reasons.join('').replaceAll(/\d+|"[^"]*"/g, '#')}`;
}
