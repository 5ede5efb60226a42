import type { ComparedCell, Comparison } from '../../src/analysis/comparison/comparison.ts';
import {
  changeText,
  conditionLine,
  effectText,
  judgedTitle,
  leftOutLines,
  metricWords,
  overallLine,
  pText,
  sentenceText,
  valueText,
  verdictText,
} from '../../src/report/comparison-wording.ts';
import { intervalText } from '../../src/wording/figures.ts';
import { element } from '../element/element.ts';
import { type Column, table } from '../element/table.ts';
import { comparedCharts } from './compared-chart.ts';
import { chartSection, section } from './section.ts';

/** The page of a comparison: verdict, conditions, both curves, every cell, the two runs. */
export function comparisonPage(comparison: Comparison): HTMLElement {
  const { a, b, metric, conditions, judged, differences, notes } = comparison;
  const sentences = [
    overallLine(comparison),
    ...conditions.map(conditionLine),
    ...differences.map((difference) => `Allowed to differ: ${difference}.`),
    ...notes,
    ...leftOutLines(comparison),
  ];
  return element(
    'main',
    {},
    element(
      'header',
      {},
      element('h1', {}, 'Tidemark comparison'),
      ...[
        ['A', a],
        ['B', b],
      ].map(([name, run]) =>
        element('p', { class: 'subtitle' }, runText(name as string, run as Comparison['a'])),
      ),
      element('ul', { class: 'verdict' }, element('li', {}, verdictText(comparison))),
      section(
        'answer',
        'The answer',
        '',
        element('div', { class: 'answer' }, ...sentences.map((text) => element('p', {}, sentenceText(text)))),
      ),
    ),
    chartSection(
      'curves',
      'Both curves',
      `${sentenceText(metricWords(metric))} of A and B against block size: the geometric mean of the repeats, with its 95 % interval as a bar, where that is longer than the symbol.`,
      comparedCharts(comparison).map((chart) => [chart]),
      'pairs',
    ),
    section(
      'tables',
      'Every cell',
      'B over A with its 95 % interval; p is Mann and Whitney’s, and adjusted is that of Welch’s test for having compared so many cells, after Holm.',
      table(metric, columnsOf(metric), groupsOf(comparison), { isMarked: ({ different }) => different }),
      ...judged.flatMap((one) => [
        element('p', {}, `${judgedTitle(one.metric)}:`),
        table(one.metric, columnsOf(one.metric), groupsOf(one), { isMarked: ({ different }) => different }),
      ]),
    ),
  );
}

function runText(name: string, { title, tidemark, commit, started_at, machine }: Comparison['a']): string {
  const version = commit === null ? tidemark : `${tidemark} at ${commit.slice(0, 12)}`;
  return `${name}: ${title === null ? '' : `${title} · `}Tidemark ${version} · ${started_at.slice(0, 16)} · ${machine.cpu}, Node ${machine.node.slice(1)}`;
}

function columnsOf(metric: string): readonly Column<ComparedCell>[] {
  return [
    { heading: 'Clients', kind: 'key', text: ({ clients }) => String(clients) },
    { heading: 'Block', kind: 'key', text: ({ block }) => String(block) },
    { heading: 'A', text: ({ a }) => valueText(metric, a) },
    { heading: 'B', text: ({ b }) => valueText(metric, b) },
    { heading: 'Change', text: ({ ratio }) => (ratio === null ? '–' : changeText(ratio.ratio)) },
    {
      heading: '95 % interval',
      text: ({ ratio }) => (ratio === null ? '–' : intervalText(ratio.low, ratio.high, changeText)),
    },
    { heading: 'p (M–W)', text: (cell) => pText(cell.mann_whitney_p_value) },
    { heading: 'adjusted', text: (cell) => pText(cell.adjusted_p_value) },
    { heading: 'Effect', kind: 'words', text: effectText },
    { heading: '', kind: 'words', text: ({ different }) => (different ? 'different' : '') },
  ];
}

function groupsOf({ cells }: Pick<Comparison, 'cells'>) {
  const names = [...new Set(cells.map(({ stream, rate }) => `${stream} at ${rate}`))];
  return names.map((heading) => ({
    heading,
    rows: cells.filter(({ stream, rate }) => `${stream} at ${rate}` === heading),
  }));
}
