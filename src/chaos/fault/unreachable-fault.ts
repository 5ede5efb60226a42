import type { FaultSpec, PlannedFault } from './fault-spec.ts';

/** After one of these nothing more is seen of the stream. */
const ENDS: ReadonlySet<PlannedFault['fault']> = new Set(['cut', 'close', 'half-open']);

/**
 * Finds faults at one message of one stream that can never happen, because another ends that stream earlier, or comes
 * first at the same message.
 *
 * @returns a sentence for each
 */
export function unreachableFaults({ faults }: Pick<FaultSpec, 'faults'>): string[] {
  return faults.flatMap((planned, index) => {
    const { when } = planned;
    if (when.kind !== 'at') return [];
    const { message: at, stream } = when;
    const before = faults.find((other, place) => {
      const otherAt = messageOf(other, stream);
      if (otherAt === undefined || place === index) return false;
      const always = other.when.kind === 'share';
      if (place < index && (otherAt === at || always)) return true;
      return otherAt < at && ENDS.has(other.fault);
    });
    if (before === undefined) return [];
    const ends = ENDS.has(before.fault) && (messageOf(before, stream) ?? 0) < at;
    const why = ends ? 'ends that stream before' : 'comes first at that message';
    return [`chaos: ${named(planned)} never happens: ${named(before)} ${why}`];
  });
}

/** The first message of a stream at which it certainly happens; undefined if there is none. */
function messageOf({ when }: PlannedFault, stream: number): number | undefined {
  if (when.kind === 'at') return when.stream === stream ? when.message : undefined;
  return when.kind === 'share' && when.share === 1 ? 1 : undefined;
}

function named({ fault, when }: PlannedFault): string {
  if (when.kind !== 'at') return `${fault}=100%`;
  return `${fault}=@${when.message}${when.stream === 1 ? '' : `/${when.stream}`}`;
}
