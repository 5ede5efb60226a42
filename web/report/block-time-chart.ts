import * as Plot from '@observablehq/plot';
import type { BlockTimeFit, BlockTimeModel, Cell } from '../../src/analysis/run/analysis.ts';
import { durationText, intervalText, plural } from '../../src/wording/figures.ts';
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
import { type CellGroup, faultsOf, sameGroup } from './cell-group.ts';
import { type Chart, PAPER_PX } from './chart-figure.ts';
import { endLabels, labelMarginPx } from './end-labels.ts';
import { type Point, pointDomain, pointMarks, titleText } from './point-marks.ts';
import { refusalNotes } from './refusal-notes.ts';
import { seriesOf } from './series.ts';

/** Block time against block size, both logarithmic: a line for each number of clients, and the fitted line behind it. */
export function blockTimeChart(group: CellGroup, models: readonly BlockTimeModel[]): Chart | null {
  const measured = group.cells.filter(hasBlockTime);
  if (measured.length === 0) return null;
  const series = seriesOf(group.clients, (clients) => plural(clients, 'client'));
  const lines = series.map((one) => {
    const cells = measured.filter(({ clients }) => clients === one.value);
    const model = models.find((found) => sameGroup(found, group) && found.clients === one.value);
    const fit = model === undefined || 'refused' in model.fit ? null : model.fit;
    return { series: one, points: cells.map(pointOf), fitted: fit === null ? [] : fittedLine(fit) };
  });
  const all = lines.flatMap(({ points }) => points);
  const sizes = [...new Set(all.map(({ x }) => x))];
  const xDomain = logDomain(sizes, 4);
  const yDomain = pointDomain(all);
  const marginRight = labelMarginPx(series);

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
        leftAxis({ label: 'Block time', ticks: logTicks(yDomain), text: durationText }),
        ...lines.map(({ series: { colour, dx }, fitted }) =>
          Plot.line(fitted, { x: 'x', y: 'y', stroke: colour, strokeWidth: 7, strokeOpacity: 0.22, dx }),
        ),
        ...lines.map((line) => pointMarks(line.points, line.series, yDomain)),
        endLabels(
          lines.flatMap(({ series: one, points }) => {
            const last = points.at(-1);
            return last === undefined ? [] : [{ series: one, x: last.x, y: last.y }];
          }),
        ),
      ],
    });
  return { title: group.name, notes: notesOf(group, models), printWidthPx: PAPER_PX, draw };
}

function pointOf(cell: Cell): Point {
  const { block, clients, interval_ms } = cell;
  const { mean = 0, ci_low = 0, ci_high = 0 } = interval_ms ?? {};
  const what = `${plural(block, 'message')} a block, ${plural(clients, 'client')}: ${durationText(mean)}`;
  const interval = `95 % interval ${intervalText(ci_low, ci_high, durationText)}`;
  const faults = faultsOf(cell);
  return { x: block, y: mean, low: ci_low, high: ci_high, faults, title: titleText(faults, what, interval) };
}

function fittedLine({ fixed_ms, per_message_ms, points }: BlockTimeFit): { x: number; y: number }[] {
  const sizes = points.map(({ block }) => block);
  const low = Math.min(...sizes);
  const high = Math.max(...sizes);
  const steps = 48;
  return Array.from({ length: steps + 1 }, (_, i) => {
    const x = low * (high / low) ** (i / steps);
    return { x, y: fixed_ms.value + per_message_ms.value * x };
  }).filter(({ y }) => y > 0);
}

/** 0 is none on a logarithmic scale. */
function hasBlockTime({ interval_ms }: Cell): boolean {
  return interval_ms !== null && interval_ms.mean > 0;
}

function notesOf(group: CellGroup, models: readonly BlockTimeModel[]): string[] {
  const empty = group.cells.filter((cell) => !hasBlockTime(cell));
  const sizes = [...new Set(empty.map(({ block }) => block))].sort((a, b) => a - b);
  const own = models.filter((model) => sameGroup(model, group) && model.clients !== null);
  const refusals = own.map(({ clients, fit }) => ({ of: plural(clients ?? 0, 'client'), fit }));
  return [
    ...(sizes.length === 0
      ? []
      : [`No block time above 0 in cells with blocks of ${sizes.map(shortText).join(', ')}.`]),
    ...refusalNotes('No line fitted', refusals),
  ];
}
