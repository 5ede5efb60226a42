import { expect, test } from 'vitest';
import { plan } from '../../src/bench/plan.ts';
import { rehearsals } from '../../src/bench/rehearsal.ts';
import type { Settings } from '../../src/run-file/record/run-record.ts';

const SETTINGS: Settings = {
  ...{ url: null, plain: false, streams: ['users?seed=1'], stream_ids: ['0123456789abcdef'] },
  ...{ blocks: [1, 20, 500], clients: [1, 5], rates: [10, 'max'], repeat: 2 },
  ...{
    duration_ms: 300,
    count: null,
    omit: 2,
    seed: 1,
    agents: null,
    client_processes: 1,
    live_progress: false,
  },
};

const of = (settings: Partial<Settings>) =>
  rehearsals(plan({ ...SETTINGS, ...settings })).map(({ block, clients, rate, windowMs }) => ({
    ...{ block, clients, rate, windowMs },
  }));

test('what nobody keeps is of the most clients at full speed, of the smallest and of the largest blocks', () => {
  expect(of({})).toEqual([
    { block: 1, clients: 5, rate: 'max', windowMs: 1000 },
    { block: 500, clients: 5, rate: 'max', windowMs: 1000 },
  ]);
});

test('a single block size is rehearsed once', () => {
  expect(of({ blocks: [20] })).toEqual([{ block: 20, clients: 5, rate: 'max', windowMs: 1000 }]);
});

test('at a paced rate large blocks would take for ever', () => {
  expect(of({ rates: [10, 100] })).toEqual([{ block: 1, clients: 5, rate: 100, windowMs: 1000 }]);
});

test('a count stays one', () => {
  expect(of({ duration_ms: null, count: 5000, blocks: [20] })).toEqual([
    { block: 20, clients: 5, rate: 'max', windowMs: null },
  ]);
});
