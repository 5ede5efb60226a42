import type { MeasuredMachine } from '../../run-file/record/measured-machine.ts';
import { thisMachine } from './this-machine.ts';

/** In what a machine differs from another, as in `cores is 2, here it is 4`; undefined if in nothing. */
export function differenceOf(
  machine: MeasuredMachine,
  other: MeasuredMachine = thisMachine(),
): string | undefined {
  const key = (Object.keys(other) as (keyof MeasuredMachine)[]).find((each) => other[each] !== machine[each]);
  return key === undefined ? undefined : `${key} is ${machine[key]}, here it is ${other[key]}`;
}
