import type { CaptureVerdict } from '../../verify/capture-verdict.ts';
import type { Difference } from '../../verify/difference/difference.ts';
import type { Finding } from '../../verify/finding.ts';

/** The objects of `tidemark verify --json`, but for the time stamp `at`. */
export type VerifyEvent = VerifyStartEvent | CaptureFindingEvent | VerifyEndEvent;

/** Every setting, as it was given. */
interface VerifyStartEvent {
  readonly event: 'start';
  /** Canonical name and id. */
  readonly stream: string;
  readonly stream_id: string;
  /** The capture; null is stdin. */
  readonly file: string | null;
  readonly from: number | null;
  readonly count: number | null;
  readonly equal: 'bytes' | 'json';
  readonly order: 'sequential' | 'any';
  readonly repeats: 'refuse' | 'allow';
}

/** A range of messages, or of lines, that is wrong. */
export interface CaptureFindingEvent extends Pick<Finding, 'kind' | 'from' | 'to'> {
  readonly event: 'finding';
  readonly first_line: number | null;
  readonly last_line: number | null;
  readonly first_difference: Difference | null;
}

/** The verdict. */
export interface VerifyEndEvent extends CaptureVerdict {
  readonly event: 'end';
}

export function findingEvent({
  kind,
  from,
  to,
  firstLine,
  lastLine,
  firstDifference,
}: Finding): CaptureFindingEvent {
  const lines = { first_line: firstLine, last_line: lastLine };
  return { event: 'finding', kind, from, to, ...lines, first_difference: firstDifference };
}

export function verifyEndEvent(verdict: CaptureVerdict): VerifyEndEvent {
  const {
    verdict: word,
    expected,
    messages,
    lost,
    repeated,
    reordered,
    corrupt,
    foreign,
    ...terms
  } = verdict;
  const counts = { expected, messages, lost, repeated, reordered, corrupt, foreign };
  return { event: 'end', verdict: word, ...counts, ...terms };
}
