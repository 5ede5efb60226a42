/**
 * The library gives advice in its own words, and the command line adds the flag for it. A test finds each of these
 * texts in the library.
 */
export const ADVICE: readonly (readonly [inTheLibrary: string, onTheCommandLine: string])[] = [
  ['; the option ca says whom to trust', '; --ca says whom to trust'],
  ['is to be dialled as plain', 'is to be dialled as plain (--plain)'],
  ['; it can be taken as events', '; it can be taken as events (--as events)'],
  ['; it can be taken as lines', '; it can be taken as lines (--as lines)'],
  ['resume its run', 'resume its run (--resume)'],
  ['and compare as JSON', 'and compare as JSON (--equal json)'],
  ["none of the server's allowed origins", "none of the server's allowed origins (--allow-origin)"],
];

/** Adds flags to a sentence of the library that gives advice. */
export function withFlags(sentence: string): string {
  return ADVICE.reduce((told, [advice, flagged]) => told.replace(advice, () => flagged), sentence);
}
