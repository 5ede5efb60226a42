import stringWidth from 'string-width';

/**
 * Text as it lies on a terminal, whose columns are cells: most characters take one, those of Chinese, Japanese and Korean and
 * emoji take two, marks that combine take none. Colours take none either.
 */

const PLAIN = /^[\u0020-\u007e]*$/;
const COLOUR = /(\u001b\[[\d;]*m)/;

let segmenter: Intl.Segmenter | undefined;

/** How many cells a line takes. */
export function cellsOf(line: string): number {
  return PLAIN.test(line) ? line.length : stringWidth(line);
}

/** Truncates a line to this many cells; undefined, or 0, leaves it as it is. */
export function cut(line: string, cells: number | undefined): string {
  if (!cells || cellsOf(line) <= cells) return line;
  let shown = '';
  let left = cells - 1;
  for (const [index, part] of line.split(COLOUR).entries()) {
    if (index % 2 === 1) {
      shown += part; // colours are kept to the end, so that each is switched off again
      continue;
    }
    for (const character of charactersOf(part)) {
      left -= cellsOf(character);
      if (left < 0) break;
      shown += character;
    }
  }
  return `${shown}…`;
}

/** Shortens text without colours in its middle: names of streams differ at both ends. */
export function cutInside(text: string, cells: number): string {
  if (cellsOf(text) <= cells) return text;
  const characters = [...charactersOf(text)];
  const head: string[] = [];
  const tail: string[] = [];
  for (let left = cells - 1, takesHead = true; ; takesHead = !takesHead) {
    const character = takesHead ? characters.shift() : characters.pop();
    left -= character === undefined ? cells : cellsOf(character);
    if (left < 0 || character === undefined) break;
    (takesHead ? head : tail).push(character);
  }
  return `${head.join('')}…${tail.reverse().join('')}`;
}

/** A line of exactly this many cells: truncated, or filled up on the right, or on the left with `alignRight`. */
export function fitted(line: string, cells: number, alignRight = false): string {
  if (cells <= 0) return '';
  const shown = cut(line, cells);
  const room = ' '.repeat(Math.max(0, cells - cellsOf(shown)));
  return alignRight ? room + shown : shown + room;
}

/** Breaks a line between words, so that none takes more than this many cells if it can be helped; undefined leaves it. */
export function wrapped(line: string, cells: number | undefined): string {
  if (!cells) return line;
  const lines: string[] = [];
  for (const word of line.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && cellsOf(last) + 1 + cellsOf(word) <= cells)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join('\n');
}

/** What a reader takes for one character. */
function charactersOf(text: string): Iterable<string> {
  if (PLAIN.test(text)) return text;
  segmenter ??= new Intl.Segmenter();
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}
