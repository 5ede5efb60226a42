/**
 * What a terminal or a reader of lines takes for more than a character: DEL and C1 controls, marks that turn the
 * direction of text, and Unicode's ends of lines. JSON itself escapes only what is below U+0020.
 */
const MOVES_THE_CURSOR = /[\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** A value as one line of NDJSON, safe to print: text of a peer in it can't move the cursor or forge a line. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    MOVES_THE_CURSOR,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
