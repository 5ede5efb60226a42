import type { Receipt } from '../../../src/session/messages.ts';
import { receiptSentence } from '../../../src/session/receipt.ts';
import { crc32Hex, digestMessage } from '../../../src/stream/digest.ts';
import type { Stream } from '../../../src/stream/stream.ts';

/** What an honest client `alice` says of messages `from` to `to` of a stream of text. */
export function honestReceipt(stream: Stream, from: number, to: number, block = 1): Receipt {
  let crc = 0;
  let bytes = 0;
  for (let seq = from; seq <= to; seq++) {
    const payload = stream.message(seq);
    crc = digestMessage(payload, true, crc);
    bytes += payload.length;
  }
  const facts = { block, from, to, count: to - from + 1, bytes, elapsed_ms: 2, crc32: crc32Hex(crc) };
  return { type: 'receipt', ...facts, interrupted: false, text: receiptSentence('alice', block, 2) };
}
