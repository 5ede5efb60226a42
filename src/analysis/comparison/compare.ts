import type { RunData } from '../../run-file/record/run-data.ts';
import type { CellName } from '../../run-file/record/run-record.ts';
import { plural } from '../../wording/figures.ts';
import type { Condition } from '../condition/condition.ts';
import type { Metric } from '../condition/metric.ts';
import { jackknifeReach } from '../estimate/jackknife.ts';
import { cellOf } from '../run/cell.ts';
import { CellData, cellsOf, isUsable, nameOf } from '../run/cell-data.ts';
import { effectSize } from '../significance/effect-size.ts';
import { holm } from '../significance/holm.ts';
import { mannWhitney } from '../significance/mann-whitney.ts';
import { permutationTest } from '../significance/permutation-test.ts';
import { ratioTest } from '../significance/welch.ts';
import { seededRandom } from '../statistics/random.ts';
import { mean } from '../statistics/summary.ts';
import type { ComparedCell, ComparedRatio, Comparison, ConditionResult, Interval } from './comparison.ts';

export interface CompareSettings {
  readonly metric: Metric;
  /** A ratio closer to 1 than this is of no practical interest. */
  readonly practical: number;
  readonly conditions: readonly Condition[];
  /** Differences between the runs that should not be there, and that the caller has accepted. */
  readonly differences: readonly string[];
}

/**
 * The confidence that two runs differ. A difference can be found in two ways, over all cells or cell by cell; each may
 * err in half of 5 % of runs that do not differ.
 */
const LEVEL = 0.05;
const RESAMPLING_SEED = 1;

/**
 * Compares two runs cell by cell, and all cells together. Each repeat contributes one number, because blocks depend on
 * each other.
 */
export function compare(a: RunData, b: RunData, settings: CompareSettings): Comparison {
  const { metric, practical, conditions, differences } = settings;
  const pairs = pairsOf(a, b);
  const compared = comparePairs(pairs.both, metric, practical);
  const overall = overallRatio(pairs.both, metric);
  const different =
    compared.some((cell) => cell.different) ||
    (overall !== null && differs(overall, overall.p_value, practical));
  const same = overall !== null && overall.low > 1 - practical && overall.high < 1 + practical;
  return {
    comparison: 'tidemark.comparison.v1',
    a: a.header,
    b: b.header,
    metric: metric.name,
    practical,
    verdict: different ? 'different' : same ? 'same' : 'unclear',
    overall,
    cells: compared,
    only_a: pairs.onlyA.map(plainName),
    only_b: pairs.onlyB.map(plainName),
    conditions: conditions.map((condition) => judge(condition, pairs.both)),
    judged: judgedMetrics(conditions, metric).map((each) => ({
      metric: each.name,
      cells: comparePairs(pairs.both, each, practical),
    })),
    differences,
    notes: [...notesOf('A', a), ...notesOf('B', b)],
  };
}

/** The metrics of conditions, besides the one that is compared anyway. */
function judgedMetrics(conditions: readonly Condition[], compared: Metric): Metric[] {
  const metrics = new Map(conditions.map(({ metric }) => [metric.name, metric]));
  metrics.delete(compared.name);
  return [...metrics.values()];
}

interface Pair {
  readonly a: CellData;
  readonly b: CellData;
}

interface Pairs {
  readonly both: readonly Pair[];
  readonly onlyA: readonly CellData[];
  readonly onlyB: readonly CellData[];
}

/**
 * Pairs cells. Streams that only one run has are paired in order, the first of A's with the first of B's; whether they
 * may be compared at all is for the caller to decide (see runDifferences).
 */
export function pairsOf(a: RunData, b: RunData): Pairs {
  const [streamsA, streamsB] = [a.header.settings.streams, b.header.settings.streams];
  const onlyInA = streamsA.filter((stream) => !streamsB.includes(stream));
  const onlyInB = streamsB.filter((stream) => !streamsA.includes(stream));
  const nameInA = new Map(onlyInB.map((stream, index) => [stream, onlyInA[index] ?? stream]));
  const ofB = new Map(
    cellsOf(b).map((cell) => [
      nameOf({ ...plainName(cell), stream: nameInA.get(cell.stream) ?? cell.stream }),
      cell,
    ]),
  );
  const both: Pair[] = [];
  const onlyA: CellData[] = [];
  for (const cell of cellsOf(a)) {
    const partner = ofB.get(nameOf(cell));
    ofB.delete(nameOf(cell));
    if (partner === undefined) onlyA.push(cell);
    else both.push({ a: cell, b: partner });
  }
  return { both, onlyA, onlyB: [...ofB.values()] };
}

/** Whether any repeat of both runs has the metric, in any cell. */
export function isMeasured({ both }: Pairs, metric: Metric): boolean {
  return both.some(({ a, b }) => valuesOf(a, metric).length > 0 && valuesOf(b, metric).length > 0);
}

function comparePairs(pairs: readonly Pair[], metric: Metric, practical: number): ComparedCell[] {
  const ratios = pairs.map(({ a, b }) => ratioOf(valuesOf(a, metric), valuesOf(b, metric)));
  const known = ratios.filter((ratio) => ratio !== null);
  const adjusted = holm(known.map(({ p_value }) => p_value));
  return pairs.map(({ a, b }, index): ComparedCell => {
    const [first, second] = [valuesOf(a, metric), valuesOf(b, metric)];
    const ratio = ratios[index] ?? null;
    const adjustedP = ratio === null ? null : (adjusted[known.indexOf(ratio)] ?? null);
    const enough = first.length > 0 && second.length > 0;
    const effect = enough ? effectSize(first, second) : undefined;
    return {
      ...plainName(a),
      a: typical(first)?.value ?? null,
      b: typical(second)?.value ?? null,
      a_interval: typical(first)?.interval ?? null,
      b_interval: typical(second)?.interval ?? null,
      repeats_a: first.length,
      repeats_b: second.length,
      ratio,
      adjusted_p_value: adjustedP,
      mann_whitney_p_value: enough ? mannWhitney(first, second).pValue : null,
      delta: effect?.delta ?? null,
      magnitude: effect?.magnitude ?? null,
      different: ratio !== null && adjustedP !== null && differs(ratio, adjustedP, practical),
    };
  });
}

/**
 * A typical value of the repeats: their geometric mean, from which the ratio is taken, so that the figures shown are
 * the figures compared. If one of them is not above 0, there is no ratio, and this is the arithmetic mean.
 */
function typical(
  values: readonly number[],
): { readonly value: number; readonly interval: Interval | null } | undefined {
  if (values.length === 0) return undefined;
  const geometric = values.every((value) => value > 0);
  const scaled = geometric ? values.map(Math.log) : values;
  const back = geometric ? Math.exp : (value: number) => value;
  const centre = mean(scaled);
  if (scaled.length < 2) return { value: back(centre), interval: null };
  const sum = centre * scaled.length;
  const withoutEach = scaled.map((value) => (sum - value) / (scaled.length - 1));
  const reach = jackknifeReach(withoutEach, scaled.length - 1, 1 - LEVEL);
  return { value: back(centre), interval: { low: back(centre - reach), high: back(centre + reach) } };
}

function differs({ ratio }: ComparedRatio, pValue: number, practical: number): boolean {
  return pValue < LEVEL / 2 && Math.abs(ratio - 1) >= practical;
}

/**
 * One number for each usable repeat; none at all if one repeat lacks it, because the others would not be
 * representative.
 */
function valuesOf(cell: CellData, metric: Metric): number[] {
  const values = cell.measurements
    .filter((measurement) => isUsable(measurement.cell))
    .map((measurement) => metric.of(cellOf(new CellData(cell, [measurement]))));
  const known = values.filter((value) => value !== null);
  return known.length === values.length ? known : [];
}

function ratioOf(a: readonly number[], b: readonly number[], level = 1 - LEVEL): ComparedRatio | null {
  if (![...a, ...b].every((value) => value > 0)) return null;
  const test = ratioTest(a, b, level);
  return test === undefined
    ? null
    : { ratio: test.ratio, low: test.low, high: test.high, p_value: test.pValue };
}

/**
 * The ratio of the geometric means over all cells: a repeat counts as one number, whatever its cells have in common.
 * Both runs have the same cells.
 */
function overallRatio(pairs: readonly Pair[], metric: Metric): ComparedRatio | null {
  const comparable = comparableValues(pairs, metric);
  const a = geometricMeans(comparable.map(({ a }) => a));
  const b = geometricMeans(comparable.map(({ b }) => b));
  const ratio = ratioOf(a, b);
  if (ratio === null) return null;
  // With few repeats no permutation is rare enough to show anything, however large the difference.
  if (2 / permutations(a.length, b.length) > LEVEL / 2) return ratio;
  const { pValue } = permutationTest(a.map(Math.log), b.map(Math.log), seededRandom(RESAMPLING_SEED));
  return { ...ratio, p_value: pValue };
}

/** The number of ways to deal values into two groups of these sizes. */
function permutations(first: number, second: number): number {
  let ways = 1;
  for (let taken = 1; taken <= first; taken++) ways = (ways * (second + taken)) / taken;
  return ways;
}

/** What the comparison left out, in sentences. */
function notesOf(name: string, { measurements, end }: RunData): string[] {
  const unsound = measurements.filter((measurement) => !isUsable(measurement.cell)).length;
  const unprovable = measurements.filter(({ cell }) => !cell.provable).length;
  const of = plural(measurements.length, 'measurement');
  return [
    ...(unsound > 0
      ? [
          `${unsound} of ${of} of ${name} ${unsound === 1 ? 'is' : 'are'} invalid or not proved, and left out.`,
        ]
      : []),
    ...(unprovable > 0
      ? [
          `${unprovable} of ${of} of ${name} ${unprovable === 1 ? 'is' : 'are'} NOT PROVED: the server gives no proof.`,
        ]
      : []),
    ...(end?.complete ? [] : [`${name} is not complete: it has ${of}.`]),
  ];
}

/** The numbers of cells that both runs have, all of them above 0. */
function comparableValues(
  pairs: readonly Pair[],
  metric: Metric,
): { readonly a: readonly number[]; readonly b: readonly number[] }[] {
  const usable = (values: readonly number[]) => values.length > 0 && values.every((value) => value > 0);
  return pairs
    .map(({ a, b }) => ({ a: valuesOf(a, metric), b: valuesOf(b, metric) }))
    .filter(({ a, b }) => usable(a) && usable(b));
}

/** One for each repeat that all cells have. */
function geometricMeans(values: readonly (readonly number[])[]): number[] {
  const repeats = values.length === 0 ? 0 : Math.min(...values.map(({ length }) => length));
  return Array.from({ length: repeats }, (_, repeat) =>
    Math.exp(mean(values.map((each) => Math.log(each[repeat] ?? Number.NaN)))),
  );
}

/** Cells are judged with the confidence that testing so many at once requires. */
function judge(condition: Condition, pairs: readonly Pair[]): ConditionResult {
  const { text, metric, above, limit } = condition;
  const beyond = ({ low, high }: ComparedRatio) => (above ? low > limit : high < limit);
  const within = ({ low, high }: ComparedRatio) => (above ? high <= limit : low >= limit);
  const overall = overallRatio(pairs, metric);
  const cells = pairs.filter(({ a, b }) => {
    const ratio = ratioOf(valuesOf(a, metric), valuesOf(b, metric), 1 - LEVEL / pairs.length);
    return ratio !== null && beyond(ratio);
  });
  const crossed = cells.length > 0 || (overall !== null && beyond(overall));
  const kept = overall !== null && within(overall);
  const result = crossed ? 'crossed' : kept ? 'kept' : 'unclear';
  const left_out = pairs.length - comparableValues(pairs, metric).length;
  return { condition: text, result, overall, cells: cells.map(({ a }) => plainName(a)), left_out };
}

function plainName({ block, clients, stream, rate }: CellName): CellName {
  return { block, clients, stream, rate };
}
