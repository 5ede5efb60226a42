import { expect, test } from 'vitest';
import { FAULT_CASES } from '../../src/selftest/fault-case.ts';
import { outcome, tidemark } from './processes.ts';

test('tidemark selftest catches every fault that it plants', { timeout: 120_000 }, async () => {
  const { code, stdout, stderr } = await outcome(tidemark('selftest', '--json'));
  const events = stdout.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
  const cases = events.filter(({ event }) => event === 'case');
  expect(cases.filter(({ caught }) => caught !== true)).toEqual([]);
  expect(cases.map(({ fault }) => fault)).toEqual(FAULT_CASES.map(({ fault }) => fault));
  expect(events.at(-1)).toMatchObject({
    event: 'end',
    verdict: 'passed',
    faults: cases.length,
    caught: cases.length,
  });
  expect(stderr).toContain(`PASSED ${cases.length} of ${cases.length} cases`);
  expect(code).toBe(0);
});
