import { DIGITS_PER_DRAW, LOWEST_DIGITS } from '../src/stream/program/field-program.ts';

/**
 * A pattern of digits, as groups: text, and up to eight digits of one draw behind it. With f the 32-bit fraction of the
 * draw, the digits of a group are those of (f · choices >> 32) + lowest, where `choices` is the product of what there is
 * to choose from for each; what is left of the product is the fraction for the next group. That is what digit by digit
 * gives, at once.
 *
 * @returns {{ text: string, width: number, choices: number, lowest: number, beginsDraw: boolean }[]} in order
 */
export function digitGroups(pattern) {
  const groups = [];
  let open = { text: '', width: 0, choices: 1, lowest: 0, beginsDraw: false };
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
