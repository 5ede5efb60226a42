import { LAST_SEQ } from '../../stream/stream.ts';
import { badOption } from '../../wording/usage-error.ts';

/** The messages that were due. */
export interface DueRange {
  readonly from: number;
  /** The seqs that they may reach, and that they must reach, both exclusive. */
  readonly end: number;
  readonly leastEnd: number;
  readonly counted: boolean;
}

/** @throws UsageError for a range that no stream has */
export function dueRange(from: number, count: number | undefined): DueRange {
  if (!Number.isSafeInteger(from) || from < 0) throw badOption('from', `0 to ${LAST_SEQ}`, String(from));
  const most = LAST_SEQ - from + 1;
  if (count !== undefined && !(Number.isSafeInteger(count) && count >= 0 && count <= most)) {
    throw badOption('count', `0 to ${most} at seq ${from}`, String(count));
  }
  return { from, end: from + (count ?? most), leastEnd: from + (count ?? 0), counted: count !== undefined };
}
