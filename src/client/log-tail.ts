import { readSync } from 'node:fs';

const CHUNK_BYTES = 65_536;
const NEWLINE = 0x0a;

/** Where the last complete line of a file ends: the offset behind its newline, or 0. */
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

/** The complete lines of a file, the last one first, so that the end of a long log is read without the rest. */
export function* linesFromEnd(file: number, endOffset: number): Generator<string> {
  for (let end = endOffset; end > 0; ) {
    const start = endOfLastLine(file, end - 1);
    const line = Buffer.alloc(end - 1 - start);
    readSync(file, line, 0, line.length, start);
    yield line.toString();
    end = start;
  }
}

/** The first line of a file whose last complete line ends at `endOffset`; undefined if there is none. */
export function firstLine(file: number, endOffset: number): string | undefined {
  let line = Buffer.alloc(0);
  while (line.length < endOffset) {
    const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, endOffset - line.length));
    const read = readSync(file, chunk, 0, chunk.length, line.length);
    line = Buffer.concat([line, chunk.subarray(0, read)]);
    const newline = line.indexOf(NEWLINE);
    if (newline >= 0) return line.subarray(0, newline).toString();
  }
  return undefined;
}
