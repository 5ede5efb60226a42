import { expect } from 'vitest';
import { runScenario, violationsOf } from './scenario.ts';

/** A scenario a seed: each seq must come once, in order, in blocks without a gap, and all must be proved. */
export async function expectSurvived(firstSeed: number, seeds: number): Promise<void> {
  const failures: string[] = [];
  let resumes = 0;
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
    const result = await runScenario(seed);
    resumes += result.clients.reduce((sum, { verdict }) => sum + (verdict?.resumes ?? 0), 0);
    const violations = violationsOf(result);
    if (seeds === 1) console.log(JSON.stringify({ seed, faults: result.faults, violations }, null, 2));
    if (violations.length > 0) failures.push(`seed ${seed}: ${violations[0]}`);
    if (failures.length >= 5) break;
  }
  expect(failures).toEqual([]);
  if (seeds >= 100) expect(resumes).toBeGreaterThan(seeds / 2); // the faults do break connections
}
