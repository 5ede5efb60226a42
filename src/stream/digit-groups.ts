import { DIGITS_PER_DRAW, LOWEST_DIGITS } from './field-program.ts';

/** Text and up to eight digits of one draw behind it: see `digits` of the encoder. */
export interface DigitGroup {
  text: string;
  width: number;
  /** The product of what there is to choose from for each digit, and the lowest number that they make. */
  choices: number;
  lowest: number;
  beginsDraw: boolean;
}

/** The groups of a pattern, in order. */
export function digitGroups(pattern: string): DigitGroup[] {
  const groups: DigitGroup[] = [];
  let open: DigitGroup = { text: '', width: 0, choices: 1, lowest: 0, beginsDraw: false };
  let digitCount = 0;
  for (const character of pattern) {
    const lowest = LOWEST_DIGITS[character];
    const beginsDraw = lowest !== undefined && digitCount % DIGITS_PER_DRAW === 0;
    // Behind its first digit a group is a plain decimal number, so any other choice than from ten begins a group.
    if (open.width > 0 && (lowest !== 0 || beginsDraw)) {
      groups.push(open);
      open = { text: '', width: 0, choices: 1, lowest: 0, beginsDraw: false };
    }
    if (lowest === undefined) {
      open.text += character;
      continue;
    }
    open.width++;
    open.choices *= 10 - lowest;
    open.lowest = open.lowest * 10 + lowest;
    open.beginsDraw ||= beginsDraw;
    digitCount++;
  }
  return [...groups, open];
}
