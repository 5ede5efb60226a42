/** A value in a JSON text: its path, as in `address.city` or `values[3]`, and the bytes [start, end) that it takes. */
export interface FieldPlace {
  readonly path: string;
  /** Where its key begins; as `start` in an array. */
  readonly keyStart: number;
  readonly start: number;
  readonly end: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPENING = new Set([0x7b, 0x5b]);
const CLOSING = new Set([0x7d, 0x5d]);
const BRACKET = 0x5b;

interface Level {
  readonly array: boolean;
  key: string;
  index: number;
}

/**
 * The innermost value at byte `at` of a valid, compact JSON text. The key, colon and comma before a value belong to it.
 * Undefined after the last value.
 */
export function fieldAt(json: Uint8Array, at: number): FieldPlace | undefined {
  const levels: Level[] = [];
  let position = 0;
  while (position < json.length) {
    const byte = json[position] ?? 0;
    if (OPENING.has(byte)) {
      levels.push({ array: byte === BRACKET, key: '', index: 0 });
      position++;
      continue;
    }
    if (CLOSING.has(byte)) {
      levels.pop();
      position++;
      continue;
    }
    const level = levels.at(-1);
    const keyStart = position;
    if (byte === COMMA) {
      if (level?.array) level.index++;
      position++;
      continue;
    }
    if (byte === QUOTE && level !== undefined && !level.array) {
      const keyEnd = stringEnd(json, position);
      level.key = JSON.parse(new TextDecoder().decode(json.subarray(position, keyEnd))) as string;
      position = keyEnd + 1; // and the colon
      if (OPENING.has(json[position] ?? 0)) continue;
    }
    const end = valueEnd(json, position);
    if (at < end) return { path: pathOf(levels), keyStart, start: position, end };
    position = end;
  }
  return undefined;
}

function pathOf(levels: readonly Level[]): string {
  let path = '';
  for (const { array, key, index } of levels) {
    if (array) path += `[${index}]`;
    else path += path === '' ? key : `.${key}`;
  }
  return path;
}

/** The end of a string that begins at `start`. */
export function stringEnd(json: Uint8Array, start: number): number {
  let position = start + 1;
  while (position < json.length && json[position] !== QUOTE) position += json[position] === BACKSLASH ? 2 : 1;
  return position + 1;
}

/** The end of a string, number or word that begins at `start`. */
function valueEnd(json: Uint8Array, start: number): number {
  if (json[start] === QUOTE) return stringEnd(json, start);
  let position = start;
  while (position < json.length && json[position] !== COMMA && !CLOSING.has(json[position] ?? 0)) position++;
  return position;
}
