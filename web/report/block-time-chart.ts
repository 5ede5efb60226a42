import * as Plot from '@observablehq/plot';
import type { BlockTimeFit, BlockTimeModel, Cell } from '../../src/analysis/analysis.ts';
import { type CellGroup, groupName, sameGroup } from './cell-group.ts';
import { type Chart, PAPER_PX } from './chart-figure.ts';
import { endLabels, labelMarginPx } from './end-labels.ts';
import { logDomain, logTicks, measuredTicks } from './log-axis.ts';
import { countText, durationText, numberText, shortDurationText } from './number-text.ts';
import { type Point, pointMarks } from './point-marks.ts';
import { seriesOf } from './series.ts';

const MARGIN_LEFT_PX = 56;

/** Block time against block size, both logarithmic: a line for each number of clients, and the fitted line behind it. */
export function blockTimeChart(group: CellGroup, models: readonly BlockTimeModel[]): Chart | null {
  const measured = group.cells.filter(({ interval_ms }) => interval_ms !== null);
  if (measured.length === 0) return null;
  const series = seriesOf(group.clients, (clients) => countText(clients, 'client'));
  const lines = series.map((one) => {
    const cells = measured.filter(({ clients }) => clients === one.value);
    const model = models.find((found) => sameGroup(found, group) && found.clients === one.value);
    const fit = model === undefined || 'refused' in model.fit ? null : model.fit;
    return { series: one, points: cells.map(pointOf), fitted: fit === null ? [] : fittedLine(fit) };
  });
  const all = lines.flatMap(({ points }) => points);
  const xDomain = logDomain(group.blocks, 4);
  const yDomain = logDomain(
    all.flatMap(({ y, low, high }) => [y, low ?? y, high ?? y]),
    4,
  );
  const marginRight = labelMarginPx(series);

  const draw = (width: number) =>
    Plot.plot({
      width,
      height: Math.min(420, Math.max(300, width * 0.68)),
      marginLeft: MARGIN_LEFT_PX,
      marginRight,
      marginBottom: 42,
      x: {
        type: 'log',
        domain: xDomain,
        label: 'Messages a block',
        labelArrow: 'none',
        labelAnchor: 'center',
        ticks: [...measuredTicks(group.blocks, xDomain, width - marginRight - MARGIN_LEFT_PX)],
        tickFormat: numberText,
      },
      y: {
        type: 'log',
        domain: yDomain,
        label: 'Block time',
        labelArrow: 'none',
        grid: true,
        ticks: [...logTicks(yDomain)],
        tickFormat: shortDurationText,
      },
      marks: [
        ...lines.map(({ series: { colour, dx }, fitted }) =>
          Plot.line(fitted, { x: 'x', y: 'y', stroke: colour, strokeWidth: 7, strokeOpacity: 0.22, dx }),
        ),
        ...lines.map((line) => pointMarks(line.points, line.series)),
        endLabels(
          lines.flatMap(({ series: one, points }) => {
            const last = points.at(-1);
            return last === undefined ? [] : [{ series: one, x: last.x, y: last.y }];
          }),
        ),
      ],
    });
  return { title: groupName(group), notes: notesOf(group, models), printWidthPx: PAPER_PX, draw };
}

function pointOf({ block, clients, interval_ms, valid }: Cell): Point {
  const { mean = 0, ci_low = 0, ci_high = 0 } = interval_ms ?? {};
  const what = `${countText(block, 'message')} a block, ${countText(clients, 'client')}: ${durationText(mean)}`;
  const interval = `95 % interval ${durationText(ci_low)} to ${durationText(ci_high)}`;
  const title = [what, interval, ...(valid ? [] : ['INVALID'])].join('\n');
  return { x: block, y: mean, low: ci_low, high: ci_high, valid, title };
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

function notesOf(group: CellGroup, models: readonly BlockTimeModel[]): string[] {
  const empty = group.cells.filter(({ interval_ms }) => interval_ms === null);
  const sizes = [...new Set(empty.map(({ block }) => block))].sort((a, b) => a - b);
  const without =
    sizes.length === 0
      ? []
      : [`No block time in cells of ${sizes.map(numberText).join(', ')} messages a block.`];
  const refused = models.filter(
    ({ stream, rate, clients, fit }) =>
      sameGroup({ stream, rate }, group) && clients !== null && 'refused' in fit,
  );
  const reasons = new Map<string, number[]>();
  for (const { fit, clients } of refused) {
    if (!('refused' in fit) || clients === null) continue;
    reasons.set(fit.refused, [...(reasons.get(fit.refused) ?? []), clients]);
  }
  return [
    ...without,
    ...[...reasons].map(
      ([reason, clients]) => `No line fitted for ${clients.join(', ')} clients: ${reason}.`,
    ),
  ];
}
