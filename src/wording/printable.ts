/**
 * What a terminal or a reader of lines takes for more than a character: C0 controls, DEL and C1 controls, marks that turn
 * the direction of text, and Unicode's ends of lines.
 */
const MOVES_THE_CURSOR =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** What colours are switched on and off by. */
const COLOUR = /(\u001b\[[\d;]*m)/;

/**
 * Text of others made safe to print: it can't move the cursor or forge a line. Text of others is whatever this program
 * did not make itself: what a peer sent, what a file holds, what was typed.
 */
export function printable(text: string): string {
  return text.replaceAll(MOVES_THE_CURSOR, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** Lines as one text, each of them still one line, whatever is quoted in it. */
export function printableText(lines: readonly string[]): string {
  return lines.map((line) => `${printable(line)}\n`).join('');
}

/** A line of our own as `printable` leaves it, but for its colours: the net below what was printed as it came. */
export function printableLine(line: string): string {
  if (!line.includes('\u001b')) return printable(line);
  return line
    .split(COLOUR)
    .map((part, index) => (index % 2 === 1 ? part : printable(part)))
    .join('');
}
