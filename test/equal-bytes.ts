import { expect } from 'vitest';

/** Typed arrays that hold the same are equal at once: `toEqual` by itself takes seconds over a megabyte. */
function equalBytes(a: unknown, b: unknown): boolean | undefined {
  if (!ArrayBuffer.isView(a) || !ArrayBuffer.isView(b)) return undefined;
  if (a.constructor !== b.constructor || a.byteLength !== b.byteLength) return undefined;
  return bytesOf(a).equals(bytesOf(b)) ? true : undefined; // what differs is told by `toEqual` itself
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
}

// Once for a worker, which comes here for each of its files.
const added = globalThis as { equalBytesAdded?: true };
if (added.equalBytesAdded === undefined) expect.addEqualityTesters([equalBytes]);
added.equalBytesAdded = true;
