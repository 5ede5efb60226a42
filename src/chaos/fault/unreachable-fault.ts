import type { FaultSpec, PlannedFault } from './fault-spec.ts';

/** After one of these nothing more is seen of the connection. */
const ENDS: ReadonlySet<PlannedFault['fault']> = new Set(['cut', 'close', 'half-open']);

/**
 * Finds faults at one message of the first connection that can never happen, because another ends that connection
 * earlier, or comes first at the same message.
 *
 * @returns a sentence for each
 */
export function unreachableFaults({ faults }: Pick<FaultSpec, 'faults'>): string[] {
  return faults.flatMap((planned, index) => {
    const at = messageOf(planned);
    if (planned.when.kind !== 'at' || at === undefined) return [];
    const before = faults.find((other, place) => {
      const otherAt = messageOf(other);
      if (otherAt === undefined || place === index) return false;
      const always = other.when.kind === 'share';
      if (place < index && (otherAt === at || always)) return true;
      return otherAt < at && ENDS.has(other.fault);
    });
    if (before === undefined) return [];
    const why = ENDS.has(before.fault) && (messageOf(before) ?? 0) < at ? 'ends' : 'comes first at';
    const where = why === 'ends' ? 'the first connection, the only one on which @ counts' : 'that message';
    return [`chaos: ${named(planned)} never happens: ${named(before)} ${why} ${where}`];
  });
}

/** The first message at which it certainly happens; undefined if there is none. */
function messageOf({ when }: PlannedFault): number | undefined {
  if (when.kind === 'at') return when.message;
  return when.kind === 'share' && when.share === 1 ? 1 : undefined;
}

function named({ fault, when }: PlannedFault): string {
  return `${fault}=${when.kind === 'at' ? `@${when.message}` : '100%'}`;
}
