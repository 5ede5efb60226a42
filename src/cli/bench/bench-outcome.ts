import type { Analysis } from '../../analysis/run/analysis.ts';
import { grouped, plural } from '../../wording/figures.ts';
import { EXIT } from '../exit-code.ts';

/** How a bench ended: the first word of its last line, the rest of that line, and the matching exit code. */
export interface BenchOutcome {
  readonly word: 'INTERRUPTED' | 'FAILED' | 'INVALID' | 'CROSSED' | 'NOT PROVED' | 'PROVED';
  readonly text: string;
  readonly exitCode: number;
}

/**
 * The gravest comes first: missing proof makes figures worthless, and an invalid figure makes a threshold meaningless.
 *
 * @param crossed how many thresholds were crossed
 */
export function benchOutcome(analysis: Analysis, crossed: number): BenchOutcome {
  const { cells, invalid, unproved, complete, run } = analysis;
  const { plain } = run.settings;
  const all = `${plural(cells.length, 'cell')} measured`;
  const unprovable = cells.filter(({ provable }) => !provable).length;
  if (!complete) return { word: 'INTERRUPTED', text: all, exitCode: EXIT.interrupted };
  if (unproved > unprovable || (unproved > 0 && !plain)) {
    const why =
      unproved > unprovable
        ? ''
        : ': the server gives no proof (--plain measures one that can’t, all the same)';
    return {
      word: 'FAILED',
      text: `${all}, ${grouped(unproved)} not proved${why}`,
      exitCode: EXIT.integrity,
    };
  }
  if (invalid > 0 || cells.length === 0) {
    const why =
      cells.length === 0
        ? ''
        : `, ${grouped(invalid)} invalid, for the reasons beside ${invalid === 1 ? 'it' : 'them'}`;
    return { word: 'INVALID', text: `${all}${why}`, exitCode: EXIT.invalid };
  }
  if (crossed > 0)
    return {
      word: 'CROSSED',
      text: `${all}, ${plural(crossed, 'threshold')} crossed`,
      exitCode: EXIT.threshold,
    };
  if (unproved > 0)
    return {
      word: 'NOT PROVED',
      text: `${all}, all valid; the server gives no proof of what it sends`,
      exitCode: EXIT.ok,
    };
  return { word: 'PROVED', text: `${all}, all valid and proved`, exitCode: EXIT.ok };
}
