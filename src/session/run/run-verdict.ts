import { judge, type RunFacts, type Verdict } from '../../measure/verdict.ts';
import type { RunSettings } from './run-settings.ts';

/** What a run found by itself, besides the check of each message that it may have been given. */
interface RunFindings
  extends Omit<RunFacts, 'provable' | 'ignoreForeign' | 'storeFault' | 'resembles' | 'tailKnown'> {
  /** Whether the server spoke `tidemark.v1`, and so said what was due. */
  readonly proof: boolean;
}

/** Judges a run that has ended, by what it found and what its settings know. */
export function runVerdict(
  { check, count, from, link, ignoreForeign = false, storeFault }: RunSettings,
  { proof, ...found }: RunFindings,
): Verdict {
  return judge({
    ...found,
    from: from ?? found.assumedFrom,
    tailKnown: proof || count !== undefined,
    corrupt: check?.corrupt ?? found.corrupt,
    resembles: check?.likelyStream(),
    provable: (proof && link.acknowledge) || check !== undefined,
    ignoreForeign,
    storeFault: storeFault?.(),
  });
}
