import { parseFaultSpec } from '../../chaos/fault/fault-spec.ts';
import { unreachableFaults } from '../../chaos/fault/unreachable-fault.ts';
import { complain } from '../output/complaint.ts';

/**
 * Says which of the faults that were asked for can't happen.
 *
 * @throws UsageError for what is no list of faults
 */
export function warnOfFaults(chaos = ''): void {
  for (const sentence of unreachableFaults(parseFaultSpec(chaos))) complain(sentence);
}
