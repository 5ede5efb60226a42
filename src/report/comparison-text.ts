import type { ComparedCell, Comparison } from '../analysis/comparison/comparison.ts';
import { grouped, intervalText, paceText, percentText } from '../wording/figures.ts';
import { printableText } from '../wording/printable.ts';
import {
  changeText,
  conditionLine,
  effectText,
  judgedTitle,
  leftOutLines,
  overallLine,
  pText,
  valueText,
  verdictText,
} from './comparison-wording.ts';
import { markdownTable, textTable } from './text-table.ts';

/** A comparison for the terminal. */
export function comparisonText(comparison: Comparison): string {
  const lines = [
    ...headLines(comparison),
    '',
    ...textTable(HEADER, rows(comparison)),
    '',
    ...comparison.judged.flatMap((judged) => [
      judgedTitle(judged.metric),
      ...textTable(HEADER, rows(judged)),
      '',
    ]),
    ...lastLines(comparison),
  ];
  return printableText(lines);
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
    ...comparison.judged.flatMap((judged) => [
      `${judgedTitle(judged.metric)}:`,
      '',
      ...markdownTable(HEADER, rows(judged)),
      '',
    ]),
    ...headLines(comparison).map((line) => `- ${line}`),
  ];
  return printableText(lines);
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
  'p (Mann–Whitney)',
  'p (Welch, Holm)',
  'effect',
  '',
];

function headLines({ a, b, metric, practical, differences, notes }: Comparison): string[] {
  const run = (name: string, { started_at, tidemark, commit, title }: Comparison['a']) =>
    `${name}: ${title === null ? '' : `${title}, `}tidemark ${tidemark}${commit === null ? '' : ` at ${commit.slice(0, 12)}`}, begun ${started_at}`;
  return [
    run('A', a),
    run('B', b),
    `${metric} of each repeat; A and B are geometric means of the repeats, and the change is from one to the other; a change below ${percentText(practical)} is of no practical interest`,
    ...differences.map((difference) => `allowed: ${difference}`),
    ...notes,
  ];
}

function rows({ cells, metric }: Pick<Comparison, 'cells' | 'metric'>): string[][] {
  return cells.map((cell) => [
    cell.stream,
    paceText(cell.rate),
    grouped(cell.clients),
    grouped(cell.block),
    valueText(metric, cell.a),
    valueText(metric, cell.b),
    cell.ratio === null ? '–' : changeText(cell.ratio.ratio),
    cell.ratio === null ? '–' : intervalText(cell.ratio.low, cell.ratio.high, changeText),
    pText(cell.mann_whitney_p_value),
    pText(cell.adjusted_p_value),
    effectText(cell),
    wordOf(cell),
  ]);
}

function wordOf({ different, ratio }: ComparedCell): string {
  if (!different || ratio === null) return '';
  return ratio.ratio > 1 ? 'MORE' : 'LESS';
}

/** The last of them is the verdict. */
function lastLines(comparison: Comparison): string[] {
  const { conditions } = comparison;
  return [
    ...leftOutLines(comparison),
    ...conditions.map(conditionLine),
    overallLine(comparison),
    verdictText(comparison),
  ];
}
