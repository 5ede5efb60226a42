import type { Block } from '../measure/finished-block.ts';
import { crc32Hex } from '../stream/digest.ts';
import type { Receipt } from './messages.ts';

/** The sentence that answers a block. */
export function receiptSentence(client: string, block: number, elapsedMs: number): string {
  return `Client ${client} received ${block} block in ${elapsedMs.toFixed(3)} ms time`;
}

/** The receipt for a block. */
export function receiptFor(client: string, block: Block): Receipt {
  const elapsedMs = roundToMicroseconds(block.elapsedMs);
  return {
    type: 'receipt',
    block: block.block,
    from: block.from,
    to: block.to,
    count: block.count,
    bytes: block.bytes,
    elapsed_ms: elapsedMs,
    crc32: crc32Hex(block.crc32),
    interrupted: block.interrupted,
    text: receiptSentence(client, block.block, elapsedMs),
  };
}

/** Milliseconds with at most three decimals. */
export function roundToMicroseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
