import { readSync } from 'node:fs';

const CHUNK_BYTES = 65_536;
const NEWLINE = 0x0a;

/** Where the last complete line of a file ends: the offset after its newline, or 0. */
export function endOfLastLine(file: number, sizeBytes: number): number {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  for (let end = sizeBytes; end > 0; ) {
    const start = Math.max(0, end - CHUNK_BYTES);
    const read = readSync(file, chunk, 0, end - start, start);
    const newline = chunk.subarray(0, read).lastIndexOf(NEWLINE);
    if (newline >= 0) return start + newline + 1;
    end = start;
  }
  return 0;
}
