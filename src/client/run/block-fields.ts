import type { Block } from '../../measure/finished-block.ts';
import { roundToMicroseconds } from '../../session/receipt.ts';
import { crc32Hex } from '../../stream/digest.ts';
import type { BlockEvent } from './client-event.ts';

/** The block's fields as the `block` event and the log have them. */
export function blockFields(client: string, block: Block): Omit<BlockEvent, 'event'> {
  return {
    client,
    block: block.block,
    from: block.from,
    to: block.to,
    count: block.count,
    bytes: block.bytes,
    crc32: crc32Hex(block.crc32),
    interrupted: block.interrupted,
    elapsed_ms: roundToMicroseconds(block.elapsedMs),
    interval_ms: block.intervalMs === null ? null : roundToMicroseconds(block.intervalMs),
    partial: block.partial,
  };
}
