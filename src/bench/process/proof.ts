import type { Verdict } from '../../measure/verdict.ts';

/**
 * Whether everything that a client of a measurement received is proved. Such a client is normally stopped, so its
 * verdict is `interrupted`: then everything it has must have been found right. What nobody checks is never proved, nor
 * is nothing at all.
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
