import * as Plot from '@observablehq/plot';
import type { ComparedCell, Comparison } from '../../src/analysis/comparison/comparison.ts';
import { metricWords, sentenceText, valueText } from '../../src/report/comparison-wording.ts';
import { intervalText, plural } from '../../src/wording/figures.ts';
import {
  bottomAxis,
  chartHeightPx,
  leftAxis,
  MARGIN_BOTTOM_PX,
  MARGIN_LEFT_PX,
  MARGIN_TOP_PX,
  OWN_AXIS,
} from '../chart/axis-marks.ts';
import { logDomain, logTicks, measuredTicks } from '../chart/log-axis.ts';
import { shortText } from '../element/number-text.ts';
import { type Chart, PAPER_PX } from './chart-figure.ts';
import { endLabels, labelMarginPx } from './end-labels.ts';
import { type Point, pointDomain, pointMarks } from './point-marks.ts';
import { seriesOf } from './series.ts';

const RUNS = ['a', 'b'] as const;

/** One chart for each number of clients of each stream and rate: A and B against block size, both logarithmic. */
export function comparedCharts({ cells, metric }: Comparison): (Chart | null)[] {
  const name = ({ stream, rate, clients }: ComparedCell) =>
    `${stream} at ${rate === 'max' ? 'full speed' : `${rate}/s`}, ${plural(clients, 'client')}`;
  const names = [...new Set(cells.map(name))];
  return names.map((title) =>
    comparedChart(
      title,
      cells.filter((cell) => name(cell) === title),
      metric,
    ),
  );
}

function comparedChart(title: string, cells: readonly ComparedCell[], metric: string): Chart | null {
  const series = seriesOf([0, 1], (value) => 'AB'[value] ?? '');
  const lines = RUNS.flatMap((run, index) => {
    const one = series[index];
    return one === undefined
      ? []
      : [{ series: one, points: cells.flatMap((cell) => pointOf(cell, run, metric)) }];
  });
  const all = lines.flatMap(({ points }) => points);
  if (all.length === 0) return null;
  const sizes = [...new Set(all.map(({ x }) => x))];
  const xDomain = logDomain(sizes, 4);
  const yDomain = pointDomain(all);
  const marginRight = labelMarginPx(series);
  const text = (value: number) => valueText(metric, value);
  const draw = (width: number) =>
    Plot.plot({
      width,
      height: chartHeightPx(width),
      marginTop: MARGIN_TOP_PX,
      marginLeft: MARGIN_LEFT_PX,
      marginRight,
      marginBottom: MARGIN_BOTTOM_PX,
      x: { type: 'log', domain: xDomain, ...OWN_AXIS },
      y: { type: 'log', domain: yDomain, ...OWN_AXIS },
      marks: [
        bottomAxis({
          label: 'Messages a block',
          ticks: measuredTicks(sizes, xDomain, width - marginRight - MARGIN_LEFT_PX),
          text: shortText,
        }),
        leftAxis({ label: sentenceText(metricWords(metric)), ticks: logTicks(yDomain), text }),
        ...lines.map((line) => pointMarks(line.points, line.series, yDomain)),
        endLabels(
          lines.flatMap(({ series: one, points }) => {
            const last = points.at(-1);
            return last === undefined ? [] : [{ series: one, x: last.x, y: last.y }];
          }),
        ),
      ],
    });
  return { title, notes: [], printWidthPx: PAPER_PX, draw };
}

/** None where there is no value above 0. */
function pointOf(cell: ComparedCell, run: 'a' | 'b', metric: string): Point[] {
  const value = cell[run];
  if (value === null || value <= 0) return [];
  const { low, high } = cell[`${run}_interval`] ?? { low: value, high: value };
  const interval =
    low === high ? '' : `, 95 % interval ${intervalText(low, high, (end) => valueText(metric, end))}`;
  const title = `${run.toUpperCase()}, ${plural(cell.block, 'message')} a block: ${valueText(metric, value)}${interval}`;
  return [{ x: cell.block, y: value, low, high, faults: [], title }];
}
