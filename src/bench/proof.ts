import type { Verdict } from '../measure/verdict.ts';

/**
 * Whether all that came to a client of a measurement is proved. Such a client is stopped as a rule, so its verdict is
 * `interrupted`: then all that it has must have been found right. What nobody checks is never proved, and neither is
 * nothing.
 *
 * @param provable whether its server gives proof
 */
export function isProved(
  verdict: Pick<Verdict, 'verdict' | 'messages' | 'unverifiedBlocks'>,
  provable: boolean,
): boolean {
  if (!provable || verdict.messages === 0 || verdict.unverifiedBlocks > 0) return false;
  return verdict.verdict === 'proved' || verdict.verdict === 'interrupted';
}
