import { randomFillSync } from 'node:crypto';
import { keyAt, MASK_BYTES } from './frame/frame.ts';

/** Random bytes are drawn in bulk: a call for each key would cost more than building the frame. */
const KEYS_BYTES = 8192;
let keys = Buffer.alloc(0);
let next = 0;

/** Draws an unpredictable masking key (RFC 6455, section 5.3). */
export function drawKey(): number {
  if (next === keys.length) {
    keys = randomFillSync(Buffer.allocUnsafeSlow(KEYS_BYTES));
    next = 0;
  }
  next += MASK_BYTES;
  return keyAt(keys, next - MASK_BYTES);
}
