import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EVENT_FAULTS, MESSAGE_FAULTS, PATH_FAULTS } from '../../src/chaos/fault/fault-spec.ts';
import { FAULT_CASES, faultCases } from '../../src/selftest/fault-case.ts';
import { type Observation, OVER, type Over } from '../../src/selftest/observation.ts';
import { observe } from '../../src/selftest/observe.ts';
import { temporaryFolder } from '../e2e/processes.ts';

const observed = (chaos: string, over: Over): Promise<Observation> =>
  observe(chaos, over, join(temporaryFolder(), 'run.ndjson'));
const caseOf = (fault: string) =>
  FAULT_CASES.find((each) => each.fault === fault) ?? expect.fail(`no case ${fault}`);
/** Faults that leave no trace that a case could find. */
const TRACELESS = ['none', 'slice'];
/** Faults that show in times alone, as a machine that is busy with other things does. */
const TIMED = ['stall', 'delay', 'jitter', 'bandwidth', 'slow-reader'];
/** Faults that are not told from another, or by times. */
const UNSEEN = [...TRACELESS, 'truncate', 'delay', 'jitter', 'bandwidth', 'slow-reader'];
/** The faults that are caught, one or several, but for those that may be the machine's. */
const caughtIn = (seen: Observation, fault: string) =>
  FAULT_CASES.filter((each) => each.fault === fault || !TIMED.includes(each.fault))
    .filter((each) => each.caught(seen))
    .map((each) => each.fault);

test('every fault that there is has a case', () => {
  const faults = FAULT_CASES.map(({ fault }) => fault);
  expect(faults).toEqual(expect.arrayContaining([...MESSAGE_FAULTS, ...EVENT_FAULTS, ...PATH_FAULTS]));
});

test.each(OVER)('no fault has two cases over %s', (over) => {
  const faults = faultCases(over).map(({ fault }) => fault);
  expect(new Set(faults).size).toBe(faults.length);
});

describe('a run without a fault', () => {
  test.each(OVER)('is caught as such, and as no other: %s', async (over) => {
    const seen = await observed('', over);
    expect(caughtIn(seen, 'none')).toEqual(TRACELESS);
  });
});

describe.each(OVER)('over %s a fault is not caught as another', (over) => {
  const names = faultCases(over).map(({ fault }) => fault);
  test.each(names.filter((fault) => !UNSEEN.includes(fault)))('%s', async (fault) => {
    const seen = await observed(caseOf(fault).chaos, over);
    const equal = fault === 'flip' ? ['flip', 'truncate'] : [fault]; // both are a corrupt message
    expect(caughtIn(seen, fault)).toEqual(equal);
  });
});

test('a fault that was not planted at all is missed', async () => {
  const seen = await observed('drop=@50', 'lines');
  expect(caseOf('drop').caught(seen)).toBe(true);
  expect(caseOf('drop').caught({ ...seen, planted: [] })).toBe(false);
});
