import { randomFillSync } from 'node:crypto';
import { keyAt, MASK_BYTES } from './frame/frame.ts';

/** Keys are drawn so many bytes at a time: a call for each would take longer than all the rest. */
const KEYS_BYTES = 8192;
let keys = Buffer.alloc(0);
let next = 0;

/** Draws a key that nobody can foresee (RFC 6455, section 5.3). */
export function drawKey(): number {
  if (next === keys.length) {
    keys = randomFillSync(Buffer.allocUnsafeSlow(KEYS_BYTES));
    next = 0;
  }
  next += MASK_BYTES;
  return keyAt(keys, next - MASK_BYTES);
}
