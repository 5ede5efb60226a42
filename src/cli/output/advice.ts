/**
 * The library advises in its own words; on the command line there is a flag to follow the advice by. A test finds each of these
 * in the library.
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

/** A sentence of the library, with the flags that its advice is followed by. */
export function withFlags(sentence: string): string {
  return ADVICE.reduce((told, [advice, flagged]) => told.replace(advice, () => flagged), sentence);
}
