import type { EndEvent } from '../../../src/client/run/client-event.ts';
import { grouped, plural } from '../../../src/wording/figures.ts';

/** The last word on a run of this tab, which has no count: it ends when it is told to leave. */
export function verdictText(end: EndEvent): string {
  const { verdict, messages, blocks, unverified_blocks, lost, repeated, reordered, corrupt, resumes, error } =
    end;
  const counts = `lost ${grouped(lost)}, repeated ${grouped(repeated)}, reordered ${grouped(reordered)}, corrupt ${grouped(corrupt)}`;
  const proof =
    unverified_blocks === 0
      ? `all ${plural(blocks, 'block')} verified`
      : `${grouped(unverified_blocks)} of ${plural(blocks, 'block')} not verified`;
  const word = verdict === 'interrupted' ? 'LEFT' : verdict.toUpperCase();
  const why = error === null ? '' : `: ${error}`;
  return `${word} after ${plural(messages, 'message')}, ${counts}, ${plural(resumes, 'resume')}; ${proof}${why}.`;
}
