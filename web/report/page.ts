import type { Analysis } from '../../src/analysis/analysis.ts';
import { blockTimeChart } from './block-time-chart.ts';
import { cellGroups } from './cell-group.ts';
import { chartFigure } from './chart-figure.ts';
import { element } from './element.ts';

const analysis = JSON.parse(document.getElementById('analysis')?.textContent ?? '') as Analysis;
const groups = cellGroups(analysis);
const charts = groups.flatMap((group) => {
  const chart = blockTimeChart(group, analysis.models.block_time);
  return chart === null ? [] : [chartFigure(chart)];
});
document.body.append(
  element(
    'main',
    {},
    element('h1', {}, analysis.run.title ?? 'Tidemark report'),
    element('div', { class: 'charts' }, ...charts),
  ),
);
