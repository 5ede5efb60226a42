/**
 * Whatever a terminal or a line reader treats as more than a character: C0 controls, DEL and C1 controls, marks that
 * change the direction of text, and Unicode's line ends.
 */
const MOVES_THE_CURSOR =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** Switches colours on and off. */
const COLOUR = /(\u001b\[[\d;]*m)/;

/**
 * Makes text of others safe to print: it can't move the cursor or forge a line. Text of others is everything that this
 * program did not write itself: what a peer sent, what a file holds, what was typed.
 */
export function printable(text: string): string {
  return text.replaceAll(MOVES_THE_CURSOR, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** Lines as one text. Each stays one line, whatever it quotes. */
export function printableText(lines: readonly string[]): string {
  return lines.map((line) => `${printable(line)}\n`).join('');
}

/** Like `printable`, but keeps our own colours: the safety net below text that was printed as it came. */
export function printableLine(line: string): string {
  if (!line.includes('\u001b')) return printable(line);
  return line
    .split(COLOUR)
    .map((part, index) => (index % 2 === 1 ? part : printable(part)))
    .join('');
}
