import { describe, expect, test } from 'vitest';
import { runScenario } from './scenario.ts';
import { expectHeld } from './seeds.ts';

/**
 * The real membership and the real names over a store and a network in virtual time, one scenario a seed. A failing seed is run again,
 * alone, by `FIRST_SEED=<seed> SEEDS=1 npm run simulate:cluster`.
 */
const firstSeed = Number(process.env['FIRST_SEED'] ?? 0);
const seeds = Number(process.env['SEEDS'] ?? 1000);

describe('simulation of the cluster', () => {
  test(
    `${seeds} seeds from ${firstSeed}: names are held once, none is lost, none is taken for nobody`,
    { timeout: 600_000 },
    () => expectHeld(firstSeed, seeds),
  );

  test('a seed gives the same run again', async () => {
    expect(await runScenario(42)).toEqual(await runScenario(42));
  });
});
