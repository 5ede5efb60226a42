import * as Plot from '@observablehq/plot';
import type { Cell, QuantilePoint } from '../../src/analysis/run/analysis.ts';
import { durationText, plural } from '../../src/wording/figures.ts';
import {
  bottomAxis,
  leftAxis,
  MARGIN_BOTTOM_PX,
  MARGIN_LEFT_PX,
  MARGIN_TOP_PX,
  OWN_AXIS,
} from '../chart/axis-marks.ts';
import { logDomain, logTicks, measuredTicks } from '../chart/log-axis.ts';
import { shortText } from '../element/number-text.ts';
import { type CellGroup, faultsOf } from './cell-group.ts';
import { type Chart, HALF_PAPER_PX } from './chart-figure.ts';
import { endLabels, labelMarginPx } from './end-labels.ts';
import { type Series, seriesOf } from './series.ts';

/** The cells of one block size, as two pictures of the same quantiles. */
export function distributionCharts(group: CellGroup, size: number): readonly Chart[] {
  const series = seriesOf(group.clients, (clients) => plural(clients, 'client'), 0);
  const lines = series.flatMap((one) => {
    const cell = group.cells.find((found) => found.block === size && found.clients === one.value);
    return cell === undefined || cell.interval_quantiles.length < 2 ? [] : [lineOf(cell, one)];
  });
  if (lines.length === 0) return [];
  const name = `${group.name}, block of ${shortText(size)}`;
  const shares = {
    title: `${name}: share of blocks`,
    notes: [],
    printWidthPx: HALF_PAPER_PX,
    draw: ecdf(lines),
  };
  return [
    ...(hasShares(lines) ? [shares] : []),
    { title: `${name}: quantiles`, notes: [], printWidthPx: HALF_PAPER_PX, draw: quantilePlot(lines) },
  ];
}

/** Where nearly all blocks took the same time, such as 0, their shares are an empty box with a line in it. */
const MOST_AT_ONE_PLACE = 0.9;
/** Of the width of the chart. */
const ONE_PLACE = 0.02;

function hasShares(measured: readonly Line[]): boolean {
  const { lines, domain } = withZero(measured);
  const place = (ms: number) => Math.log(ms / domain[0]) / Math.log(domain[1] / domain[0]);
  return lines.some(({ points }) => {
    const middle = points.find(({ probability }) => probability >= 0.5)?.ms ?? domain[0];
    const there = points
      .filter(({ ms }) => Math.abs(place(ms) - place(middle)) <= ONE_PLACE)
      .map(({ probability }) => probability);
    return Math.max(...there) - Math.min(...there) < MOST_AT_ONE_PLACE;
  });
}

interface Line {
  readonly series: Series;
  readonly points: readonly QuantilePoint[];
}

function lineOf(cell: Cell, series: Series): Line {
  const points = cell.interval_quantiles;
  return { series: faultsOf(cell).length === 0 ? series : { ...series, label: `${series.label} ✕` }, points };
}

/**
 * Blocks whose last messages came in one read have no time between them, and 0 has no place on a logarithmic scale: it
 * is put a step below the least time there is.
 */
function withZero(lines: readonly Line[]): {
  readonly lines: readonly Line[];
  readonly domain: readonly [number, number];
  readonly zero: number | null;
} {
  const all = lines.flatMap(({ points }) => points.map(({ ms }) => ms));
  const [low, high] = logDomain(all, 1.1, 1.02);
  if (all.every((ms) => ms > 0)) return { lines, domain: [low, high], zero: null };
  const zero = low / (high / low) ** 0.15;
  const raised = lines.map(({ series, points }) => ({
    series,
    points: points.map(({ ms, probability }) => ({ ms: Math.max(ms, zero), probability })),
  }));
  return { lines: raised, domain: [zero / 1.05, high], zero };
}

/** For each time, the share of blocks that took no longer: it shows where most are. */
function ecdf(measured: readonly Line[]): Chart['draw'] {
  const { lines, domain, zero } = withZero(measured);
  return (width) => {
    const ticks = measuredTicks(timeTicks(domain, zero), domain, width - MARGIN_LEFT_PX - 20, 52);
    return Plot.plot({
      width,
      height: heightPx(width),
      marginTop: MARGIN_TOP_PX,
      marginLeft: MARGIN_LEFT_PX,
      marginRight: 20,
      marginBottom: MARGIN_BOTTOM_PX,
      x: { type: 'log', domain: [...domain], ...OWN_AXIS },
      y: { domain: [0, 1], ...OWN_AXIS },
      marks: [
        bottomAxis({ label: 'Block time', ticks, text: (ms) => timeText(ms, zero) }),
        leftAxis({
          label: 'Share of blocks that took no longer',
          ticks: [0, 0.25, 0.5, 0.75, 1],
          text: percent,
        }),
        ...lines.map(({ series: { colour, dash }, points }) =>
          Plot.line(points, {
            x: 'ms',
            y: 'probability',
            curve: 'step-after',
            stroke: colour,
            strokeWidth: 1.75,
            strokeDasharray: dash,
          }),
        ),
        ...lines.map(({ series: { colour, symbol, label }, points }, i) =>
          Plot.dot(pointsAt(points, (i + 1) / (lines.length + 1)), {
            x: 'ms',
            y: 'probability',
            symbol,
            r: 4,
            fill: colour,
            title: () => label,
          }),
        ),
      ],
    });
  };
}

/** Time against probability, with the slow end drawn out: each step to the right is a tenth of the blocks of the one before. */
function quantilePlot(measured: readonly Line[]): Chart['draw'] {
  const { lines, domain: yDomain, zero } = withZero(measured);
  const rarest = Math.max(
    ...lines.flatMap(({ points }) => points.slice(0, -1).map(({ probability }) => 1 / (1 - probability))),
  );
  /** The slowest block has no place on a scale without end: it is put one step of 2 behind the rarest but it. */
  const rarity = (probability: number) => Math.min(1 / (1 - probability), rarest * 2);
  const tails = [0.5, 0.9, 0.99, 0.999, 0.9999].filter((p) => rarity(p) <= rarest * 1.001);
  const xDomain = [1, rarest * 2] as const;
  const marginRight = labelMarginPx(lines.map(({ series }) => series));
  return (width) => {
    const places = [1, ...tails.map(rarity), rarest * 2];
    const ticks = measuredTicks(places, xDomain, width - marginRight - MARGIN_LEFT_PX, 36);
    return Plot.plot({
      width,
      height: heightPx(width),
      marginTop: MARGIN_TOP_PX,
      marginLeft: MARGIN_LEFT_PX,
      marginRight,
      marginBottom: MARGIN_BOTTOM_PX,
      x: { type: 'log', domain: [...xDomain], ...OWN_AXIS },
      y: { type: 'log', domain: [...yDomain], ...OWN_AXIS },
      marks: [
        bottomAxis({
          label: 'Share of blocks that took no longer',
          ticks,
          text: (value) => (value === 1 ? 'min' : value === rarest * 2 ? 'max' : percent(1 - 1 / value)),
        }),
        leftAxis({ label: 'Block time', ticks: timeTicks(yDomain, zero), text: (ms) => timeText(ms, zero) }),
        ...lines.map(({ series: { colour, dash }, points }) =>
          Plot.line(points, {
            x: ({ probability }) => rarity(probability),
            y: 'ms',
            stroke: colour,
            strokeWidth: 1.75,
            strokeDasharray: dash,
          }),
        ),
        ...lines.map(({ series: { colour, symbol }, points }) =>
          Plot.dot([...pointsAt(points, 0.5), ...points.slice(-1)], {
            x: ({ probability }) => rarity(probability),
            y: 'ms',
            symbol,
            r: 4,
            fill: colour,
          }),
        ),
        endLabels(
          lines.flatMap(({ series, points }) => {
            const last = points.at(-1);
            return last === undefined ? [] : [{ series, x: rarity(last.probability), y: last.ms }];
          }),
        ),
      ],
    });
  };
}

/** Four rows of half a sheet's width fit on it. */
function heightPx(widthPx: number): number {
  return Math.min(240, Math.max(190, widthPx * 0.45));
}

/** 0 first, if there is one, and no other so near that it would cover it. */
function timeTicks([low, high]: readonly [number, number], zero: number | null): readonly number[] {
  if (zero === null) return logTicks([low, high]);
  return [zero, ...logTicks([zero * (high / low) ** 0.12, high])];
}

function timeText(ms: number, zero: number | null): string {
  return ms === zero ? '0' : durationText(ms);
}

/** The first point at or beyond a probability. */
function pointsAt(points: Line['points'], probability: number): Line['points'] {
  const at = points.findIndex((point) => point.probability >= probability);
  return points.slice(at, at + 1);
}

function percent(probability: number): string {
  return `${Number((probability * 100).toPrecision(6))} %`; // 99.99 is not 100
}
