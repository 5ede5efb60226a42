import { expect, test } from 'vitest';
import { measureLoad } from './load.ts';
import { TIMES } from './simulated-cluster.ts';

const BEATS_A_SECOND = 1000 / TIMES.beatMs;
/** A beat more or less in the minute that is measured. */
const NEAR = 0.1;

test.each([1, 10, 50])('%i nodes ask for what each asks for, times their number', async (nodes) => {
  const { gets, writes, messages } = await measureLoad(nodes, 0, 0);
  const watched = Math.min(2, nodes - 1);
  expect(writes / nodes).toBeCloseTo(BEATS_A_SECOND, 0);
  expect(Math.abs(gets / nodes - watched * BEATS_A_SECOND)).toBeLessThan(NEAR);
  expect(messages).toBe(0);
});

test('a client that stays costs one reading a round, and one that comes and goes a reading and two writes', async () => {
  const none = await measureLoad(5, 0, 0);
  const staying = await measureLoad(5, 40, 0);
  expect((staying.gets - none.gets) / 200).toBeCloseTo(1000 / TIMES.auditMs, 1);
  expect(staying.writes - none.writes).toBeCloseTo(0, 0);
  const coming = await measureLoad(5, 0, 4);
  expect((coming.gets - none.gets) / 20).toBeCloseTo(1, 0);
  expect((coming.writes - none.writes) / 20).toBeCloseTo(2, 0);
});
