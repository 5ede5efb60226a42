import * as Plot from '@observablehq/plot';
import type { Cell, ScalabilityFit, ScalabilityModel } from '../../src/analysis/run/analysis.ts';
import { intervalText, plural, rateText } from '../../src/wording/figures.ts';
import {
  bottomAxis,
  chartHeightPx,
  leftAxis,
  MARGIN_BOTTOM_PX,
  MARGIN_LEFT_PX,
  MARGIN_TOP_PX,
  OWN_AXIS,
} from '../chart/axis-marks.ts';
import { evenTicks, logDomain, logTicks, measuredTicks } from '../chart/log-axis.ts';
import { shortText, tableText } from '../element/number-text.ts';
import { type CellGroup, faultsOf, sameGroup } from './cell-group.ts';
import { type Chart, PAPER_PX } from './chart-figure.ts';
import { endLabels, labelMarginPx } from './end-labels.ts';
import { type Point, pointDomain, pointMarks, titleText } from './point-marks.ts';
import { refusalNotes } from './refusal-notes.ts';
import { seriesOf } from './series.ts';

/** Throughput of all clients together against their number: a line for each block size, and the fitted law behind it. */
export function scalabilityChart(group: CellGroup, models: readonly ScalabilityModel[]): Chart {
  const own = models.filter((model) => sameGroup(model, group));
  const series = seriesOf(group.blockSizes, (size) => `block of ${shortText(size)}`);
  const lines = series.map((one) => {
    const cells = group.cells.filter(({ block }) => block === one.value);
    const model = own.find(({ block }) => block === one.value);
    const fit = model === undefined || 'refused' in model.fit ? null : model.fit;
    return { series: one, points: cells.map(pointOf), fit, knee: model?.knee_clients ?? null };
  });
  const all = lines.flatMap(({ points }) => points);
  const xDomain = logDomain(group.clients, 4);
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
          label: 'Clients',
          ticks: measuredTicks(group.clients, xDomain, width - marginRight - MARGIN_LEFT_PX),
          text: shortText,
        }),
        leftAxis({
          label: 'Messages a second of all clients together',
          ticks: logTicks(yDomain),
          text: rateText,
        }),
        ...lines.map(({ series: { colour, dx }, fit }) =>
          Plot.line(fit === null ? [] : fittedLine(fit), {
            x: 'x',
            y: 'y',
            stroke: colour,
            strokeWidth: 7,
            strokeOpacity: 0.22,
            dx,
          }),
        ),
        ...lines.map(({ series: { colour, dx }, fit, knee }) =>
          Plot.dot(fit === null || knee === null ? [] : [{ x: knee, y: throughput(fit, knee) }], {
            x: 'x',
            y: 'y',
            r: 9,
            stroke: colour,
            strokeWidth: 1.25,
            dx,
            title: () => `knee: ${plural(knee ?? 0, 'client')}`,
          }),
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
  const refusals = own.map(({ block, fit }) => ({ of: `block of ${shortText(block)}`, fit }));
  return {
    title: group.name,
    notes: refusalNotes('No law fitted', refusals),
    printWidthPx: PAPER_PX,
    draw,
  };
}

/** How far each measured point lies from the fitted law, in percent of it; null if no law was fitted. */
export function residualChart(group: CellGroup, models: readonly ScalabilityModel[]): Chart | null {
  const own = models.filter((model) => sameGroup(model, group));
  const series = seriesOf(group.blockSizes, (size) => `block of ${shortText(size)}`);
  const lines = series.flatMap((one) => {
    const fit = own.find(({ block }) => block === one.value)?.fit;
    if (fit === undefined || 'refused' in fit) return [];
    const points = fit.points.map(({ clients, measured_msgs_per_s, fitted_msgs_per_s }) => {
      const percent = (measured_msgs_per_s / fitted_msgs_per_s - 1) * 100;
      const title = `${one.label}, ${plural(clients, 'client')}: ${signed(percent)}`;
      return { x: clients, y: percent, low: null, high: null, faults: [], title };
    });
    return [{ series: one, points }];
  });
  if (lines.length === 0) return null;
  const xDomain = logDomain(group.clients, 4);
  const most = Math.max(5, ...lines.flatMap(({ points }) => points.map(({ y }) => Math.abs(y)))) * 1.1;
  const ticks = evenTicks([-most, most]);
  const marginRight = labelMarginPx(series);

  const draw = (width: number) =>
    Plot.plot({
      width,
      height: 220,
      marginTop: MARGIN_TOP_PX,
      marginLeft: MARGIN_LEFT_PX,
      marginRight,
      marginBottom: MARGIN_BOTTOM_PX,
      x: { type: 'log', domain: xDomain, ...OWN_AXIS },
      y: { domain: [-most, most], ...OWN_AXIS },
      marks: [
        bottomAxis({
          label: 'Clients',
          ticks: measuredTicks(group.clients, xDomain, width - marginRight - MARGIN_LEFT_PX),
          text: shortText,
        }),
        leftAxis({ label: 'Measured above (+) or below (−) the law', ticks, text: signed }),
        Plot.ruleY([0], { stroke: 'currentColor' }),
        ...lines.map((line) => pointMarks(line.points, line.series, [-most, most])),
        endLabels(
          lines.flatMap(({ series: one, points }) => {
            const last = points.at(-1);
            return last === undefined ? [] : [{ series: one, x: last.x, y: last.y }];
          }),
        ),
      ],
    });
  return { title: `${group.name}: distance from the law`, notes: [], printWidthPx: PAPER_PX, draw };
}

function pointOf(cell: Cell): Point {
  const { block, clients, msgs_per_s, msgs_per_s_low: low, msgs_per_s_high: high } = cell;
  const what = `${plural(clients, 'client')}, block of ${shortText(block)}: ${tableText(msgs_per_s)} messages/s`;
  const interval =
    low === null || high === null
      ? 'one repeat: no interval'
      : `95 % interval ${intervalText(low, high, tableText)}`;
  const faults = faultsOf(cell);
  return { x: clients, y: msgs_per_s, low, high, faults, title: titleText(faults, what, interval) };
}

/** The Universal Scalability Law: Gunther, Guerrilla Capacity Planning, 2007, equation 4.31. */
function throughput(
  { one_client_msgs_per_s, contention, coherence }: ScalabilityFit,
  clients: number,
): number {
  const waiting = contention.value * (clients - 1) + coherence.value * clients * (clients - 1);
  return (clients * one_client_msgs_per_s.value) / (1 + waiting);
}

function fittedLine(fit: ScalabilityFit): { x: number; y: number }[] {
  const clients = fit.points.map((point) => point.clients);
  const low = Math.min(...clients);
  const high = Math.max(...clients);
  const steps = 48;
  return Array.from({ length: steps + 1 }, (_, i) => {
    const x = low * (high / low) ** (i / steps);
    return { x, y: throughput(fit, x) };
  });
}

function signed(percent: number): string {
  const text = shortText(Math.abs(percent));
  return percent === 0 ? '0' : `${percent > 0 ? '+' : '−'}${text} %`;
}
