import { expect, test } from 'vitest';
import { measureLoad } from './load.ts';
import { expectHeld } from './seeds.ts';

/** Behind the 1,000 seeds of cluster.test.ts; several tests, so that a failure is told before all have run. */
const SEEDS = 2500;

test.each([1000, 3500, 6000, 8500])(
  `${SEEDS} more seeds from %i: names are held once, none is lost, none is taken for nobody`,
  { timeout: 900_000 },
  (firstSeed) => expectHeld(firstSeed, SEEDS),
);

/** The rows of docs/scale.md: printed, and held to what each node asks for. */
test.each([1, 10, 100, 1000])('what %i nodes ask of the store', { timeout: 900_000 }, async (nodes) => {
  const figures = await measureLoad(nodes, 10, 1);
  console.log(JSON.stringify(figures));
  expect(figures.writes / nodes).toBeLessThan(3);
  expect(figures.gets / nodes).toBeLessThan(3);
  expect(figures.messages).toBe(0);
});
