import * as Plot from '@observablehq/plot';
import type { Cell } from '../../src/analysis/run/analysis.ts';
import { plural } from '../../src/wording/figures.ts';
import {
  bottomAxis,
  leftAxis,
  MARGIN_BOTTOM_PX,
  MARGIN_LEFT_PX,
  MARGIN_TOP_PX,
  OWN_AXIS,
} from '../chart/axis-marks.ts';
import { evenTicks, logDomain, measuredTicks } from '../chart/log-axis.ts';
import { shortText, tableText } from '../element/number-text.ts';
import { type CellGroup, faultsOf } from './cell-group.ts';
import { type Chart, PAPER_PX } from './chart-figure.ts';
import { endLabels, labelMarginPx } from './end-labels.ts';
import { type Point, pointMarks, titleText } from './point-marks.ts';
import { type Series, seriesOf } from './series.ts';

/** What the slowest and the fastest client of each cell got: a bar from one to the other. */
export function clientRangeChart(group: CellGroup): Chart {
  const series = seriesOf(group.blockSizes, blockLabel, 7);
  const xDomain = logDomain(group.clients, 4, 1.45);
  const shares = group.cells.flatMap((cell) => [slowest(cell), fastest(cell)]).filter(Number.isFinite);
  const yDomain = [Math.min(80, ...shares) - 4, Math.max(120, ...shares) + 4] as const;
  const marginRight = labelMarginPx(series);
  const draw = (width: number) =>
    Plot.plot({
      width,
      height: 280,
      marginTop: MARGIN_TOP_PX,
      marginLeft: MARGIN_LEFT_PX,
      marginRight,
      marginBottom: MARGIN_BOTTOM_PX,
      x: { type: 'log', domain: xDomain, ...OWN_AXIS },
      y: { domain: [...yDomain], ...OWN_AXIS },
      marks: [
        bottomAxis({
          label: 'Clients',
          ticks: measuredTicks(group.clients, xDomain, width - marginRight - MARGIN_LEFT_PX),
          text: shortText,
        }),
        leftAxis({
          label: 'Messages of one client, in percent of the mean',
          ticks: evenTicks(yDomain),
          text: (value) => `${shortText(value)} %`,
        }),
        Plot.ruleY([100], { stroke: 'currentColor', strokeOpacity: 0.6 }),
        ...series.map((one) => rangeMarks(cellsOf(group, one), one)),
        endLabels(labelsOf(group, series, (cell) => (slowest(cell) + fastest(cell)) / 2)),
      ],
    });
  return {
    title: `${group.name}: slowest and fastest client`,
    notes: [],
    printWidthPx: PAPER_PX,
    draw,
  };
}

/** Jain's index of each cell. */
export function jainChart(group: CellGroup): Chart {
  const series = seriesOf(group.blockSizes, blockLabel, 7);
  const xDomain = logDomain(group.clients, 4, 1.45);
  const lowest = Math.min(...group.cells.map(({ fairness }) => fairness.jain));
  const step = lowest > 0.9 ? 0.02 : lowest > 0.75 ? 0.05 : 0.2;
  const low = Math.max(0, Math.min(0.9, Math.floor((lowest - 0.005) / step) * step));
  const count = Math.round((1 - low) / step);
  const ticks = Array.from({ length: count + 1 }, (_, i) => Number((1 - i * step).toFixed(4))).reverse();
  const marginRight = labelMarginPx(series);
  const draw = (width: number) =>
    Plot.plot({
      width,
      height: 240,
      marginTop: MARGIN_TOP_PX,
      marginLeft: MARGIN_LEFT_PX,
      marginRight,
      marginBottom: MARGIN_BOTTOM_PX,
      x: { type: 'log', domain: xDomain, ...OWN_AXIS },
      y: { domain: [low, 1], ...OWN_AXIS },
      marks: [
        bottomAxis({
          label: 'Clients',
          ticks: measuredTicks(group.clients, xDomain, width - marginRight - MARGIN_LEFT_PX),
          text: shortText,
        }),
        leftAxis({ label: 'Evenness, by Jain’s index', ticks, text: (value) => value.toFixed(2) }),
        ...series.map((one) => pointMarks(cellsOf(group, one).map(jainPoint), one, [low, 1])),
        endLabels(labelsOf(group, series, ({ fairness }) => fairness.jain)),
      ],
    });
  return { title: `${group.name}: Jain’s index`, notes: [], printWidthPx: PAPER_PX, draw };
}

/** In percent of the mean of all clients of the cell. */
function slowest({ fairness, msgs_per_s, clients }: Cell): number {
  return (fairness.min_msgs_per_s / (msgs_per_s / clients)) * 100;
}

function fastest({ fairness, msgs_per_s, clients }: Cell): number {
  return (fairness.max_msgs_per_s / (msgs_per_s / clients)) * 100;
}

function blockLabel(size: number): string {
  return `block of ${shortText(size)}`;
}

function cellsOf(group: CellGroup, { value }: Series): readonly Cell[] {
  return group.cells.filter(({ block }) => block === value);
}

function labelsOf(group: CellGroup, series: readonly Series[], y: (cell: Cell) => number) {
  return series.flatMap((one) => {
    const last = cellsOf(group, one).at(-1);
    return last === undefined ? [] : [{ series: one, x: last.clients, y: y(last) }];
  });
}

function rangeMarks(cells: readonly Cell[], { colour, symbol, dx }: Series): Plot.Markish[] {
  const title = (cell: Cell) => {
    const { block, clients, fairness } = cell;
    const range = `slowest ${tableText(fairness.min_msgs_per_s)}/s, fastest ${tableText(fairness.max_msgs_per_s)}/s`;
    return titleText(faultsOf(cell), `${plural(clients, 'client')}, ${blockLabel(block)}`, range);
  };
  const fill = (cell: Cell) => (faultsOf(cell).length === 0 ? colour : 'var(--paper)');
  const end = { x: 'clients', stroke: colour, fill, symbol, r: 3, dx, title };
  const faulty = cells.filter((cell) => faultsOf(cell).length > 0);
  const cross = { x: 'clients', stroke: 'var(--bad)', symbol: 'times', r: 4, dx } as const;
  return [
    Plot.ruleX(cells, { x: 'clients', y1: slowest, y2: fastest, stroke: colour, strokeWidth: 2, dx }),
    Plot.dot(cells, { ...end, y: slowest }),
    Plot.dot(cells, { ...end, y: fastest }),
    Plot.dot(faulty, { ...cross, y: slowest }),
    Plot.dot(faulty, { ...cross, y: fastest }),
  ];
}

function jainPoint(cell: Cell): Point {
  const { block, clients, fairness } = cell;
  const faults = faultsOf(cell);
  const what = `${plural(clients, 'client')}, ${blockLabel(block)}: ${fairness.jain.toFixed(4)}`;
  return { x: clients, y: fairness.jain, low: null, high: null, faults, title: titleText(faults, what) };
}
