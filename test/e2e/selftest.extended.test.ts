import { expect, test } from 'vitest';
import { faultCases } from '../../src/selftest/fault-case.ts';
import { OVER } from '../../src/selftest/observation.ts';
import { outcome, tidemark } from './processes.ts';

test('tidemark selftest catches every fault that it plants', { timeout: 120_000 }, async () => {
  const { code, stdout, stderr } = await outcome(tidemark('selftest', '--json'));
  const events = stdout.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
  const cases = events.filter(({ event }) => event === 'case');
  expect(cases.filter(({ caught }) => caught !== true)).toEqual([]);
  expect(cases.map(({ over, fault }) => `${over} ${fault}`)).toEqual(
    OVER.flatMap((over) => faultCases(over).map(({ fault }) => `${over} ${fault}`)),
  );
  expect(events.at(-1)).toMatchObject({
    event: 'end',
    verdict: 'passed',
    faults: cases.length,
    caught: cases.length,
  });
  expect(stderr).toContain(`PASSED ${cases.length} of ${cases.length} cases`);
  expect(code).toBe(0);
});
