/**
 * Excerpts of messages for display. What is invisible, or could be mistaken, is escaped: an invisible character as
 * `\u200b`, a byte that is not UTF-8 as `\xff`.
 */

const SHOWN_CHARACTERS = 80;
/** The most bytes of one character. */
const CHARACTER_BYTES = 4;
/** Bytes shown before and after the one that matters, if the whole is too long. */
const BEFORE_BYTES = 32;
const BEHIND_BYTES = 40;

/** Characters without a visible shape: controls, format characters, unassigned ones, and all spaces but U+0020. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;
const VISIBLE_ASCII = /^[!-~]$/;

/** Shortens text for display, between two characters. */
export function shortened(text: string): string {
  if (text.length <= SHOWN_CHARACTERS) return text;
  return `${text.slice(0, SHOWN_CHARACTERS - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** Decodes bytes [start, end), completed to whole characters, and shortens the text. */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
  const from = characterStart(bytes, Math.min(start, bytes.length), -1);
  const to = characterStart(bytes, Math.min(end, bytes.length, from + CHARACTER_BYTES * SHOWN_CHARACTERS), 1);
  return shortened(seen(bytes, from, to));
}

/**
 * Bytes [start, end) as text; if they are too many, those around `at`. The character at `at` is escaped unless it is
 * visible ASCII, because it may look like another.
 */
export function excerptAt(bytes: Uint8Array, start: number, end: number, at: number): string {
  const first = Math.min(start, bytes.length);
  const last = Math.min(end, bytes.length);
  const long = last - first > SHOWN_CHARACTERS;
  const from = characterStart(bytes, long ? Math.max(first, at - BEFORE_BYTES) : first, -1);
  const to = Math.max(from, characterStart(bytes, long ? Math.min(last, at + BEHIND_BYTES) : last, 1));
  const place = Math.min(to, Math.max(from, characterStart(bytes, at, -1)));
  const next = Math.min(to, place + characterBytes(bytes, place));
  const text = [seen(bytes, from, place), seen(bytes, place, next, VISIBLE_ASCII), seen(bytes, next, to)];
  return `${from > first ? '…' : ''}${text.join('')}${to < last ? '…' : ''}`;
}

/** The first bytes, in hexadecimal digits. */
export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, HEX_BYTES), (each) => hex(each, 2)).join(' ');
}

const HEX_BYTES = 16;

/** Bytes as text, with escapes for what can't be seen, or for all that is not `visible`. */
function seen(bytes: Uint8Array, start: number, end: number, visible?: RegExp): string {
  let text = '';
  let size = 1;
  for (let at = start; at < end; at += size) {
    size = characterBytes(bytes, at);
    const character = decoder.decode(bytes.subarray(at, at + size));
    if (size === 1 && (bytes[at] ?? 0) >= 0x80) text += `\\x${hex(bytes[at] ?? 0, 2)}`;
    else if (visible === undefined ? UNSEEN.test(character) : !visible.test(character))
      text += escaped(character);
    else text += character;
  }
  return text;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** How many bytes the character at a place takes (Unicode, table 3-7); 1 if no character begins there. */
function characterBytes(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  const size = first < 0xc2 || first > 0xf4 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : CHARACTER_BYTES;
  const second = bytes[at + 1] ?? 0;
  const overlong = (first === 0xe0 && second < 0xa0) || (first === 0xf0 && second < 0x90);
  const beyond = (first === 0xed && second >= 0xa0) || (first === 0xf4 && second >= 0x90);
  if (overlong || beyond) return 1;
  for (let place = at + 1; place < at + size; place++) if (((bytes[place] ?? 0) & 0xc0) !== 0x80) return 1;
  return size;
}

function escaped(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${hex(unit.charCodeAt(0), 4)}`)
    .join('');
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

/** The nearest place in a direction that is between two characters; `at` itself if there is none. */
function characterStart(bytes: Uint8Array, at: number, step: 1 | -1): number {
  for (let place = at, steps = 0; steps < CHARACTER_BYTES; place += step, steps++) {
    if (((bytes[place] ?? 0) & 0xc0) !== 0x80) return place;
  }
  return at;
}
