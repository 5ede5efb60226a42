import type {
  ComparedCell,
  ComparedRatio,
  Comparison,
  ConditionResult,
} from '../analysis/comparison/comparison.ts';
import { METRICS } from '../analysis/condition/metric.ts';
import {
  durationText,
  grouped,
  intervalText,
  paceText,
  percentText,
  plural,
  pluralAre,
  rateText,
} from '../wording/figures.ts';

/** The result, in a line. */
export function verdictText({ verdict, cells, practical }: Comparison): string {
  const different = cells.filter((cell) => cell.different).length;
  switch (verdict) {
    case 'different':
      return different === 0
        ? `DIFFERENT: all cells together, by ${percentText(practical)} or more`
        : `DIFFERENT: ${grouped(different)} of ${plural(cells.length, 'cell')}, by ${percentText(practical)} or more`;
    case 'same':
      return `SAME: any difference is below ${percentText(practical)}`;
    case 'unclear':
      return `NO DIFFERENCE FOUND: one below ${percentText(practical)} can't be told from none, nor a larger one be ruled out`;
  }
}

export function overallLine({ cells, overall }: Comparison): string {
  return `${cells.length === 1 ? 'the one cell' : `all ${grouped(cells.length)} cells together`}: ${overall === null ? 'too few repeats to tell' : ratioText(overall)}`;
}

/** Cells that only one of the runs has. */
export function leftOutLines({ only_a, only_b }: Comparison): string[] {
  const told = (count: number, name: string) =>
    count === 0
      ? []
      : [`${pluralAre(count, 'cell')} in ${name} alone, and ${count === 1 ? 'was' : 'were'} left out`];
  return [...told(only_a.length, 'A'), ...told(only_b.length, 'B')];
}

/** The result of a condition. */
export function conditionLine({ condition, result, overall, cells, left_out }: ConditionResult): string {
  const where =
    cells.length === 0
      ? ''
      : `, in ${cells.map(({ block, clients, rate }) => `block ${grouped(block)} × ${plural(clients, 'client')} at ${paceText(rate)}`).join('; ')}`;
  const word = { crossed: 'CROSSED', kept: 'kept', unclear: 'UNCLEAR' }[result];
  const without =
    left_out === 0 ? '' : `, without ${plural(left_out, 'cell')} of which the figure can't be told`;
  return `${word} ${condition}: ${overall === null ? 'too few repeats to tell' : ratioText(overall)}${without}${where}`;
}

function ratioText({ ratio, low, high, p_value }: ComparedRatio): string {
  return `${changeText(ratio)} (95 % interval ${intervalText(low, high, changeText)}, p ${pText(p_value)})`;
}

/** 1.05 as `+5 %`. */
export function changeText(ratio: number): string {
  const percent = (ratio - 1) * 100;
  return `${percent < 0 ? '−' : '+'}${Math.abs(percent) >= 100 ? Math.round(Math.abs(percent)) : Number(Math.abs(percent).toPrecision(2))} %`;
}

const STATISTIC_WORDS: Readonly<Record<string, string>> = {
  mean: 'mean',
  p50: 'median',
  p90: '90th percentile of the',
  p99: '99th percentile of the',
  max: 'longest',
};
const QUANTITY_WORDS: Readonly<Record<string, string>> = {
  block: 'block time',
  elapsed: 'elapsed time of a block',
  latency: 'latency',
  latency_from_send: 'latency from sending',
};
const METRIC_WORDS: Readonly<Record<string, string>> = {
  msgs_per_s: 'messages a second',
  fairness: 'evenness, by Jain’s index',
};

/** `mean_block` as `mean block time`. */
export function metricWords(metric: string): string {
  const [, statistic = '', quantity = ''] = /^([^_]+)_(.+)$/.exec(metric) ?? [];
  const words = [STATISTIC_WORDS[statistic], QUANTITY_WORDS[quantity]];
  return METRIC_WORDS[metric] ?? (words.includes(undefined) ? metric : words.join(' '));
}

/** The title above the table of a figure that a condition judged. */
export function judgedTitle(metric: string): string {
  return `${metric} of each repeat, by which it is judged`;
}

/** Cliff's delta in words, unless the interval includes no change: with few repeats it is large by chance. */
export function effectText({ magnitude, ratio }: Pick<ComparedCell, 'magnitude' | 'ratio'>): string {
  if (magnitude === null) return '–';
  return ratio !== null && (ratio.low > 1 || ratio.high < 1) ? magnitude : 'unclear';
}

export function sentenceText(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function pText(p: number | null): string {
  if (p === null) return '–';
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}

export function valueText(metric: string, value: number | null): string {
  if (value === null) return '–';
  return METRICS.get(metric)?.unit === 'ms' ? durationText(value) : rateText(value);
}
