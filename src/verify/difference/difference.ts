import { fieldAt, stringEnd } from './field-at.ts';

/** Where something differs first from what it should be. */
export interface Difference {
  /** The field, as in `address.city` or `values[3]`; null if there is none, as in binary messages. */
  readonly field: string | null;
  /** The byte of the message at which it begins to differ, from 0 on; null if it was compared as JSON. */
  readonly byte: number | null;
  /** What should be there, and what is: the value of the field, or text around the byte, cut short. */
  readonly expected: string;
  readonly received: string;
}

const SHOWN_CHARACTERS = 80;
const CONTEXT_BYTES = 16;
const MOST_CHARACTER_BYTES = 4;

/** The first difference between two messages that differ in their bytes. */
export function firstDifference(expected: Uint8Array, received: Uint8Array, text: boolean): Difference {
  const longest = Math.max(expected.length, received.length);
  let byte = 0;
  while (byte < longest && expected[byte] === received[byte]) byte++;
  if (!text) return { field: null, byte, expected: hexAt(expected, byte), received: hexAt(received, byte) };
  const field = fieldAt(expected, byte);
  if (field === undefined) {
    const start = Math.max(0, byte - CONTEXT_BYTES);
    const around = (message: Uint8Array) => textOf(message, start, byte + CONTEXT_BYTES);
    return { field: null, byte, expected: around(expected), received: around(received) };
  }
  const start = byte < field.start ? Math.min(byte, field.keyStart) : field.start;
  return {
    field: field.path,
    byte,
    expected: textOf(expected, start, field.end),
    received: textOf(received, start, Math.max(byte + 1, receivedEnd(received, start, field.start))),
  };
}

/** Cuts text that is to be shown, between two characters. */
export function shortened(text: string): string {
  if (text.length <= SHOWN_CHARACTERS) return text;
  return `${text.slice(0, SHOWN_CHARACTERS - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** Decodes bytes [start, end) with the rest of the characters that they cut, and shortens the text. */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
  const from = characterStart(bytes, Math.min(start, bytes.length), -1);
  const to = characterStart(bytes, Math.min(end, bytes.length, from + 4 * SHOWN_CHARACTERS), 1);
  return shortened(new TextDecoder().decode(bytes.subarray(from, to)));
}

/** The nearest place in a direction at which no character of UTF-8 is cut; `at` itself if there is none. */
function characterStart(bytes: Uint8Array, at: number, step: 1 | -1): number {
  for (let place = at, steps = 0; steps < MOST_CHARACTER_BYTES; place += step, steps++) {
    if (((bytes[place] ?? 0) & 0xc0) !== 0x80) return place;
  }
  return at;
}

/** Where a value ends in what came: its closing quote, or else the next comma or brace. */
function receivedEnd(bytes: Uint8Array, start: number, valueStart: number): number {
  if (bytes[valueStart] === QUOTE) return stringEnd(bytes, valueStart);
  let end = Math.max(start, valueStart);
  while (end < bytes.length && bytes[end] !== COMMA && bytes[end] !== BRACE) end++;
  return end;
}

function hexAt(bytes: Uint8Array, byte: number): string {
  return hexOf(bytes.subarray(byte));
}

/** The first bytes, in hexadecimal digits. */
export function hexOf(bytes: Uint8Array): string {
  const part = bytes.subarray(0, CONTEXT_BYTES);
  return Array.from(part, (each) => each.toString(16).padStart(2, '0')).join(' ');
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const BRACE = 0x7d;
