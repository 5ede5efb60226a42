import type { Analysis } from '../../src/analysis/run/analysis.ts';
import { plural } from '../../src/wording/figures.ts';
import { element } from '../element/element.ts';
import { withUnits } from '../element/number-text.ts';
import { agentSection } from './agent-table.ts';
import { blockTimeChart } from './block-time-chart.ts';
import { cellGroups } from './cell-group.ts';
import { cellTables } from './cell-table.ts';
import { distributionCharts } from './distribution-chart.ts';
import { clientRangeChart, jainChart } from './fairness-chart.ts';
import { heatMap } from './heat-map.ts';
import { modelTables } from './model-table.ts';
import { outageTable } from './outage-table.ts';
import { runFacts } from './run-facts.ts';
import { residualChart, scalabilityChart } from './scalability-chart.ts';
import { chartSection, section } from './section.ts';
import { timelineCharts } from './timeline-chart.ts';
import { troubleList, verdictLine } from './verdict-line.ts';

/** The page of a report, in the order in which it is read: verdict, answer, charts, tables, limits. */
export function analysisPage(analysis: Analysis): HTMLElement {
  return element('main', {}, head(analysis), ...charts(analysis), ...numbers(analysis));
}

function head(analysis: Analysis): HTMLElement {
  const { title, started_at, machine, tidemark } = analysis.run;
  const streams = [...new Set(analysis.cells.map(({ stream }) => stream))];
  const start = `${started_at.slice(0, 10)} ${started_at.slice(11, 16)} UTC`;
  const where = `${machine.cpu}, ${plural(machine.cores, 'core')}`;
  return element(
    'header',
    {},
    element('h1', {}, title ?? 'Tidemark report'),
    element('p', { class: 'subtitle' }, `${start} · ${where} · Tidemark ${tidemark}`),
    element('p', { class: 'subtitle' }, ...streams.map((stream) => element('code', {}, stream))),
    verdictLine(analysis),
    element('div', { class: 'lead' }, answer(analysis), overview(analysis)),
    ...troubleList(analysis),
  );
}

function answer({ answer: sentences }: Analysis): HTMLElement {
  const texts = sentences.map((text) => element('p', {}, withUnits(text)));
  return section('answer', 'The answer', '', element('div', { class: 'answer' }, ...texts));
}

/** All there is in one picture, which a reader can start from. */
function overview(analysis: Analysis): HTMLElement {
  return chartSection(
    'heat',
    'Block time by size and clients',
    'Mean time from the end of one block to the end of the next. The shade rises with its logarithm.',
    cellGroups(analysis).map((group) => [heatMap(group)]),
    'overview',
  );
}

function charts(analysis: Analysis): readonly HTMLElement[] {
  const { block_time, scalability } = analysis.models;
  const groups = cellGroups(analysis);
  return [
    chartSection(
      'block-time',
      'Block time against block size',
      'Mean time from the end of one block to the end of the next, with its 95 % interval as a bar, where that is longer than the symbol; an arrow says that it goes on beyond the chart. The broad pale line is the fit, fixed + per message × size. Lines are set a little beside each other, so that none is covered.',
      groups.map((group) => [blockTimeChart(group, block_time)]),
    ),
    chartSection(
      'scalability',
      'Throughput against clients',
      'All clients together, mean of the repeats, with its 95 % interval drawn alike. The broad pale line is the Universal Scalability Law; the ring on it is the knee, from where throughput stops to rise in step with clients. Below, how far the points lie from the law.',
      groups.map((group) => [scalabilityChart(group, scalability), residualChart(group, scalability)]),
    ),
    chartSection(
      'distributions',
      'How block times are distributed',
      'For each block size the share of blocks that took no longer than a time, and the time that so many blocks did not exceed, with the slow end drawn out. Blocks whose last messages came in one read have no time between them: 0. Where nearly all took the same time, only the second is drawn.',
      groups.flatMap((group) => group.blockSizes.map((size) => distributionCharts(group, size))),
      'pairs',
    ),
    chartSection(
      'timeline',
      'Time line',
      'Messages a second over the whole run. They are counted when their block ends. Each band is one measurement: one cell, one repeat, in the order in which they ran.',
      timelineCharts(analysis.timeline, groups).map((chart) => [chart]),
      'wide',
    ),
    chartSection(
      'fairness',
      'How evenly clients were served',
      'A bar goes from the slowest to the fastest client of a cell; 100 % is the mean of its clients. Jain’s index of evenness is 1 if all got the same, and 1 / clients if one got all.',
      groups.map((group) => [clientRangeChart(group), jainChart(group)]),
    ),
  ];
}

function numbers(analysis: Analysis): readonly HTMLElement[] {
  const limits = analysis.limits.map((text) => element('li', {}, text));
  return [
    ...agentSection(analysis),
    section(
      'tables',
      'Every number',
      '✕ marks a cell that is invalid or not proved; – is a number that there is none of.',
      ...cellTables(cellGroups(analysis)),
      ...modelTables(analysis.models),
      ...outageTable(analysis.timeline),
    ),
    section(
      'again',
      'The run, and how to run it again',
      '',
      element('pre', { tabindex: 0 }, element('code', {}, analysis.run.command)),
      element('div', { class: 'run-facts' }, ...runFacts(analysis)),
    ),
    section('limits', 'What the numbers can’t tell', '', element('ul', {}, ...limits)),
  ];
}
