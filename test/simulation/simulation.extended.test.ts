import { test } from 'vitest';
import { expectSurvived } from './seeds.ts';

/** Behind the 1,000 seeds of simulation.test.ts; several tests, so that a failure is told before all have run. */
const SEEDS = 2500;

test.each([1000, 3500, 6000, 8500])(
  `${SEEDS} more seeds from %i: each seq once, in order, blocks without a gap, all proved`,
  { timeout: 600_000 },
  (firstSeed) => expectSurvived(firstSeed, SEEDS),
);
