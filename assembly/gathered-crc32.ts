import { crc32 } from './crc32';
import { copy, COPY_OVERRUN_BYTES } from './text';

/**
 * The CRC-32 of pieces that don't lie together: they are copied to one place first, since a CRC of much at once takes
 * a third of the time.
 */
const GATHERED_BYTES: usize = 32768;
const GATHERED: usize = memory.data(<i32>(GATHERED_BYTES + COPY_OVERRUN_BYTES), 16);

let heldBytes: usize = 0;
let crc: u32 = 0;

/** Begins one anew, going on from `start`. */
export function begin(start: u32): void {
  heldBytes = 0;
  crc = start;
}

/** Goes on with `size` bytes; COPY_OVERRUN_BYTES behind them must be readable. */
export function gather(address: usize, size: usize): void {
  let at = address;
  let left = size;
  while (left > 0) {
    const part = min(left, GATHERED_BYTES - heldBytes);
    copy(GATHERED + heldBytes, at, part);
    heldBytes += part;
    at += part;
    left -= part;
    if (heldBytes == GATHERED_BYTES) gathered();
  }
}

/** The CRC of all so far. */
export function gathered(): u32 {
  crc = crc32(crc, GATHERED, heldBytes);
  heldBytes = 0;
  return crc;
}
