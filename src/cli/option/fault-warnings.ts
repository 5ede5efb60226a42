import { parseFaultSpec } from '../../chaos/fault/fault-spec.ts';
import { unreachableFaults } from '../../chaos/fault/unreachable-fault.ts';
import { complain } from '../output/complaint.ts';

/**
 * Warns of requested faults that can't happen.
 *
 * @throws UsageError for an invalid list of faults
 */
export function warnOfFaults(chaos = ''): void {
  for (const sentence of unreachableFaults(parseFaultSpec(chaos))) complain(sentence);
}
