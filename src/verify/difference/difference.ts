import { excerptAt, hexOf } from './excerpt.ts';
import { fieldAt, stringEnd } from './field-at.ts';

/** Where something first differs from what it should be. */
export interface Difference {
  /** The field, as in `address.city` or `values[3]`; null if there is none, as in binary messages. */
  readonly field: string | null;
  /** The byte of the message at which it begins to differ, from 0 on; null if it was compared as JSON. */
  readonly byte: number | null;
  /**
   * The expected and the received value of the field, or as much of it around the byte as can be shown. Invisible
   * characters are escaped, and so is the character at that byte unless it is visible ASCII.
   */
  readonly expected: string;
  readonly received: string;
}

const CONTEXT_BYTES = 16;

/** The first difference between two messages that differ in their bytes. */
export function firstDifference(expected: Uint8Array, received: Uint8Array, text: boolean): Difference {
  const longest = Math.max(expected.length, received.length);
  let byte = 0;
  while (byte < longest && expected[byte] === received[byte]) byte++;
  if (!text) return { field: null, byte, expected: hexAt(expected, byte), received: hexAt(received, byte) };
  const field = fieldAt(expected, byte);
  if (field === undefined) {
    const start = Math.max(0, byte - CONTEXT_BYTES);
    const around = (message: Uint8Array) => excerptAt(message, start, byte + CONTEXT_BYTES, byte);
    return { field: null, byte, expected: around(expected), received: around(received) };
  }
  const start = byte < field.start ? Math.min(byte, field.keyStart) : field.start;
  const end = Math.max(byte + 1, receivedEnd(received, start, field.start));
  return {
    field: field.path,
    byte,
    expected: excerptAt(expected, start, field.end, byte),
    received: excerptAt(received, start, end, byte),
  };
}

/** Where a received value ends: its closing quote, or else the next comma or brace. */
function receivedEnd(bytes: Uint8Array, start: number, valueStart: number): number {
  if (bytes[valueStart] === QUOTE) return stringEnd(bytes, valueStart);
  let end = Math.max(start, valueStart);
  while (end < bytes.length && bytes[end] !== COMMA && bytes[end] !== BRACE) end++;
  return end;
}

function hexAt(bytes: Uint8Array, byte: number): string {
  return hexOf(bytes.subarray(byte));
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const BRACE = 0x7d;
