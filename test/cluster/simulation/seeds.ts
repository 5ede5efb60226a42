import { expect } from 'vitest';
import { runScenario } from './scenario.ts';

/** A scenario a seed: no name may be held twice for longer than documented, none lost, none taken for nobody. */
export async function expectHeld(firstSeed: number, seeds: number): Promise<void> {
  const failures: string[] = [];
  let longestDoubleMs = 0;
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
    const result = await runScenario(seed);
    longestDoubleMs = Math.max(longestDoubleMs, result.longestDoubleMs);
    if (seeds === 1) console.log(JSON.stringify({ seed, ...result }, null, 2));
    if (result.faults.length > 0) failures.push(`seed ${seed}: ${result.faults[0]}`);
    if (failures.length >= 5) break;
  }
  expect(failures).toEqual([]);
  if (seeds >= 100) expect(longestDoubleMs).toBeGreaterThan(0); // the faults do make names be held twice
}
