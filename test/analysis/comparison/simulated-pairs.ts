import { compare } from '../../../src/analysis/comparison/compare.ts';
import type { Comparison } from '../../../src/analysis/comparison/comparison.ts';
import { parseConditions } from '../../../src/analysis/condition/condition.ts';
import { METRICS, type Metric } from '../../../src/analysis/condition/metric.ts';
import type { RunData } from '../../../src/run-file/record/run-data.ts';
import { type SimulatedSettings, simulatedRun } from '../simulated-run.ts';

export const metric = METRICS.get('mean_block') as Metric;

/** A run of six cells whose blocks take so many times as long. */
export function run(seed: number, slower = 1, more: Partial<SimulatedSettings> = {}): RunData {
  return simulatedRun({
    ...{ blocks: [1, 20, 100], clients: [1, 5], repeat: 5, betweenRepeats: 0.03, seed },
    ...{ fixedMs: 0.05 * slower, perMessageMs: 0.002 * slower },
    ...more,
  });
}

export function compared(a: RunData, b: RunData, conditions = ''): Comparison {
  return compare(a, b, {
    metric,
    practical: 0.02,
    conditions: conditions === '' ? [] : parseConditions(conditions),
    differences: [],
  });
}

/** Of so many pairs of runs, the second so many times slower: how many are called different, and hold the ratio. */
export function judged(
  pairs: number,
  { slower, repeat, seed }: { slower: number; repeat: number; seed: number },
): { different: number; holding: number } {
  const all = Array.from({ length: pairs }, (_, index) =>
    compared(run(seed + 2 * index, 1, { repeat }), run(seed + 2 * index + 1, slower, { repeat })),
  );
  return {
    different: all.filter(({ verdict }) => verdict === 'different').length,
    holding: all.filter(({ overall }) => overall !== null && overall.low <= slower && overall.high >= slower)
      .length,
  };
}
