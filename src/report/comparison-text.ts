import type { ComparedCell, ComparedRatio, Comparison, ConditionResult } from '../analysis/comparison.ts';
import { METRICS } from '../analysis/metric.ts';
import { durationText, percentText, rateText } from '../analysis/wording.ts';
import { markdownTable, textTable } from './text-table.ts';

/** A comparison for the terminal. */
export function comparisonText(comparison: Comparison): string {
  const lines = [
    ...headLines(comparison),
    '',
    ...textTable(HEADER, rows(comparison)),
    '',
    ...lastLines(comparison),
  ];
  return `${lines.join('\n')}\n`;
}

/** A comparison in Markdown, as for a pull request. */
export function comparisonMarkdown(comparison: Comparison): string {
  const [verdict, ...others] = lastLines(comparison).toReversed();
  const lines = [
    `**${verdict}**`,
    '',
    ...others.toReversed().map((line) => `- ${line}`),
    '',
    ...markdownTable(HEADER, rows(comparison)),
    '',
    ...headLines(comparison).map((line) => `- ${line}`),
  ];
  return `${lines.join('\n')}\n`;
}

const HEADER = [
  'stream',
  'rate',
  'clients',
  'block',
  'A',
  'B',
  'change',
  '95 % interval',
  'p',
  'p (Holm)',
  'effect',
  '',
];

function headLines({ a, b, metric, practical, differences }: Comparison): string[] {
  const run = (name: string, { started_at, tidemark, commit, title }: Comparison['a']) =>
    `${name}: ${title === null ? '' : `${title}, `}tidemark ${tidemark}${commit === null ? '' : ` at ${commit.slice(0, 12)}`}, begun ${started_at}`;
  return [
    run('A', a),
    run('B', b),
    `${metric} of each repeat; a change below ${percentText(practical)} is of no practical interest`,
    ...differences.map((difference) => `allowed: ${difference}`),
  ];
}

function rows({ cells, metric }: Comparison): string[][] {
  return cells.map((cell) => [
    cell.stream,
    cell.rate === 'max' ? 'max' : rateText(cell.rate),
    String(cell.clients),
    String(cell.block),
    valueText(metric, cell.a),
    valueText(metric, cell.b),
    cell.ratio === null ? '–' : changeText(cell.ratio.ratio),
    cell.ratio === null ? '–' : `${changeText(cell.ratio.low)} to ${changeText(cell.ratio.high)}`,
    pText(cell.mann_whitney_p_value),
    pText(cell.adjusted_p_value),
    cell.magnitude ?? '–',
    wordOf(cell),
  ]);
}

function wordOf({ different, ratio }: ComparedCell): string {
  if (!different || ratio === null) return '';
  return ratio.ratio > 1 ? 'MORE' : 'LESS';
}

/** The verdict is the last of them. */
function lastLines({ overall, verdict, cells, conditions, only_a, only_b, practical }: Comparison): string[] {
  const missing = (count: number, name: string) =>
    count === 0 ? [] : [`${count} cells are in ${name} alone, and were left out`];
  return [
    ...missing(only_a.length, 'A'),
    ...missing(only_b.length, 'B'),
    ...conditions.map(conditionLine),
    `all ${cells.length} cells together: ${overall === null ? 'too few repeats to tell' : ratioText(overall)}`,
    {
      different: `DIFFERENT: ${cells.filter((cell) => cell.different).length} of ${cells.length} cells differ by ${percentText(practical)} or more, or all together do`,
      same: `SAME: any difference is below ${percentText(practical)}`,
      unclear: `NO DIFFERENCE FOUND: one below ${percentText(practical)} can't be told from none, nor a larger one be ruled out`,
    }[verdict],
  ];
}

function conditionLine({ condition, result, overall, cells }: ConditionResult): string {
  const where =
    cells.length === 0
      ? ''
      : `, in ${cells.map(({ block, clients, rate }) => `block ${block} × ${clients} clients at ${rate}`).join('; ')}`;
  const word = { crossed: 'CROSSED', kept: 'kept', unclear: 'UNCLEAR' }[result];
  return `${word} ${condition}: ${overall === null ? 'too few repeats to tell' : ratioText(overall)}${where}`;
}

function ratioText({ ratio, low, high, p_value }: ComparedRatio): string {
  return `${changeText(ratio)} (95 % interval ${changeText(low)} to ${changeText(high)}, p ${pText(p_value)})`;
}

/** 1.05 as `+5 %`. */
function changeText(ratio: number): string {
  const percent = (ratio - 1) * 100;
  return `${percent < 0 ? '−' : '+'}${Math.abs(percent) >= 100 ? Math.round(Math.abs(percent)) : Number(Math.abs(percent).toPrecision(2))} %`;
}

function pText(p: number | null): string {
  if (p === null) return '–';
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}

function valueText(metric: string, value: number | null): string {
  if (value === null) return '–';
  return METRICS.get(metric)?.unit === 'ms' ? durationText(value) : rateText(value);
}
