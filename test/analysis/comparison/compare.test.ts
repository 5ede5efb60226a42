import { describe, expect, test } from 'vitest';
import { isMeasured, pairsOf } from '../../../src/analysis/comparison/compare.ts';
import { runDifferences } from '../../../src/analysis/comparison/run-differences.ts';
import { parseConditions } from '../../../src/analysis/condition/condition.ts';
import { METRICS, type Metric } from '../../../src/analysis/condition/metric.ts';
import type { RunData } from '../../../src/run-file/record/run-data.ts';
import { compared, judged, metric, run } from './simulated-pairs.ts';

describe('two runs', () => {
  test('of the same thing are seldom called different', () => {
    expect(judged(20, { slower: 1, repeat: 5, seed: 5000 }).different).toBeLessThanOrEqual(1);
  });

  test('of which one is 10 % slower are called different, and by how much', () => {
    const { different, holding } = judged(20, { slower: 1.1, repeat: 5, seed: 1 });
    expect(different).toBeGreaterThanOrEqual(19);
    expect(holding).toBeGreaterThanOrEqual(18);
  });

  test('what is invalid or not proved is left out, and told', () => {
    const a = run(1);
    const spoilt = a.measurements.map((measurement, index) => {
      const { cell } = measurement;
      if (cell.block !== 20 || cell.clients !== 5) return measurement;
      const fault = index % 2 === 0 ? { valid: false, reasons: ['busy'] } : { proved: false };
      return { ...measurement, cell: { ...cell, ...fault, msgs_per_s: 1 } };
    });
    const { cells, notes } = compared({ ...a, measurements: spoilt, end: undefined }, run(2));
    expect(notes).toEqual([
      '5 of 30 measurements of A are invalid or not proved, and left out.',
      'A is not complete: it has 30 measurements.',
    ]);
    const left = cells.find(({ block, clients }) => block === 20 && clients === 5);
    expect(left).toMatchObject({ a: null, a_interval: null, repeats_a: 0, ratio: null, different: false });
    expect(left?.b_interval?.low).toBeLessThan(left?.b ?? 0);
    expect(left?.b_interval?.high).toBeGreaterThan(left?.b ?? 0);
    const whole = compared(a, run(2)).cells.filter((cell) => cell.ratio !== null);
    expect(cells.filter(({ ratio }) => ratio !== null)).toHaveLength(whole.length - 1);
  });

  test('are paired by cell, and cells of one alone are told', () => {
    const { cells, only_a, only_b } = compared(
      run(1, 1, { clients: [1, 5] }),
      run(2, 1, { clients: [5, 10] }),
    );
    expect(cells.map(({ clients, block }) => [clients, block])).toEqual([
      [5, 1],
      [5, 20],
      [5, 100],
    ]);
    expect([only_a.map(({ clients }) => clients), only_b.map(({ clients }) => clients)]).toEqual([
      [1, 1, 1],
      [10, 10, 10],
    ]);
  });

  test('of two streams are paired in the order of the streams that only one of them has', () => {
    const [a, b] = [run(1), run(2)];
    const other = b.measurements.map((measurement) => ({
      ...measurement,
      cell: { ...measurement.cell, stream: 'arrays?seed=1' },
    }));
    const settings = { ...b.header.settings, streams: ['arrays?seed=1'] };
    const pairs = pairsOf(a, { ...b, header: { ...b.header, settings }, measurements: other });
    expect(pairs.both).toHaveLength(6);
    for (const pair of pairs.both) {
      expect([pair.a.stream, pair.b.stream]).toEqual(['users?seed=1', 'arrays?seed=1']);
      expect([pair.a.block, pair.a.clients]).toEqual([pair.b.block, pair.b.clients]);
    }
    expect([pairs.onlyA, pairs.onlyB]).toEqual([[], []]);
  });

  test('have a metric only where both have it: at full speed nothing is due', () => {
    const pairs = pairsOf(run(1), run(2));
    expect(isMeasured(pairs, metric)).toBe(true);
    expect(isMeasured(pairs, METRICS.get('p99_latency') as Metric)).toBe(false);
  });

  test.each([
    { slower: 1.2, condition: 'mean_block>+5%', result: 'crossed' },
    { slower: 1, condition: 'mean_block>+50%', result: 'kept' },
    { slower: 1, condition: 'mean_block>+0%', result: 'unclear' },
    { slower: 1.5, condition: 'msgs_per_s<-10%', result: 'crossed' },
    { slower: 1.5, condition: 'p99_block>+5%', result: 'crossed' },
  ])('of which one takes $slower times as long: $condition is $result', ({ slower, condition, result }) => {
    expect(compared(run(1), run(2, slower), condition).conditions).toMatchObject([{ condition, result }]);
  });
});

describe('cells whose figure can not be told', () => {
  const bundled = (seed: number, slower = 1) =>
    run(seed, slower, { bundled: { blocks: 200, upToMessages: 1 }, blocksEach: 200 });

  test('have no part in what is judged, in neither run, and that is said', () => {
    const { conditions, judged, overall } = compared(bundled(1), run(2, 1.5), 'p99_block>+5%');
    expect(conditions).toMatchObject([{ result: 'crossed', left_out: 2 }]);
    expect(overall).not.toBeNull();
    const [{ metric, cells } = expect.fail()] = judged;
    expect(metric).toBe('p99_block');
    expect(cells.filter(({ a }) => a === null).map(({ block }) => block)).toEqual([1, 1]);
    expect(cells.filter(({ ratio }) => ratio === null)).toHaveLength(2);
    const ratio = conditions[0]?.overall?.ratio ?? 0;
    expect(Math.abs(ratio - 1.5)).toBeLessThan(0.3); // as of the others
  });

  test('are judged by their mean', () => {
    const { conditions, judged } = compared(bundled(1), bundled(2, 1.5), 'mean_block>+5%');
    expect(conditions).toMatchObject([{ result: 'crossed', left_out: 0 }]);
    expect(judged).toEqual([]);
  });
});

describe('runs that should not be compared', () => {
  const a = run(1);
  const other = (differences: object): RunData => ({
    ...a,
    header: { ...a.header, ...differences },
  });
  test.each([
    [{ machine: { ...a.header.machine, cores: 4 } }, 'machine', 'cores is 2 in A and 4 in B'],
    [
      { settings: { ...a.header.settings, duration_ms: 5000 } },
      'settings',
      'duration_ms is 900 in A and 5000 in B',
    ],
    [
      { settings: { ...a.header.settings, stream_ids: ['fedcba9876543210'] } },
      'streams',
      'the id of users?seed=1 is 0123456789abcdef in A and fedcba9876543210 in B',
    ],
  ])('are told apart', (differences, kind, text) => {
    expect(runDifferences(a, other(differences))).toEqual([{ kind, text }]);
  });

  test('but version and commit may differ: that is what is compared', () => {
    expect(runDifferences(a, other({ tidemark: '9.9.9', commit: 'abc' }))).toEqual([]);
  });
});

test.each(['p99_block>5%', 'p99_block', 'p98_block>+5%', 'p99_block>-100%'])('%s is no condition', (text) => {
  expect(() => parseConditions(text)).toThrow(JSON.stringify(text.startsWith('p98') ? 'p98_block' : text));
});

test('the figures of both runs are those whose ratio is told, though one repeat is far off', () => {
  const { cells } = compared(run(1, 1, { betweenRepeats: 0.8 }), run(2, 1.5, { betweenRepeats: 0.8 }));
  for (const { a, b, ratio, a_interval } of cells) {
    expect((b ?? 0) / (a ?? 0)).toBeCloseTo(ratio?.ratio ?? 0, 9);
    expect(a_interval?.low).toBeLessThan(a ?? 0);
    expect(a_interval?.high).toBeGreaterThan(a ?? 0);
    // Both ends are as many times off: it is an interval of the logarithm.
    expect((a_interval?.low ?? 0) * (a_interval?.high ?? 0)).toBeCloseTo((a ?? 0) ** 2, 9);
  }
});
