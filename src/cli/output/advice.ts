import type { Advice } from '../../wording/advice.ts';

/** The library gives advice by its options; on the command line these are flags. */
export const FLAGS_OF_ADVICE: Readonly<Record<Advice, string>> = {
  allow_origins: '--allow-origin',
  as_events: '--as events',
  as_lines: '--as lines',
  ca: '--ca',
  create_stream: '--create-stream NAME',
  equal_json: '--equal json',
  plain: '--plain',
  resume: '--resume',
  wait: '--wait does',
};

/** Adds the flag to a sentence of the library that ends with advice. */
export function withFlag(sentence: string, advice: Advice | undefined): string {
  return advice === undefined ? sentence : `${sentence} (${FLAGS_OF_ADVICE[advice]})`;
}
