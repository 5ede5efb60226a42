import * as Plot from '@observablehq/plot';
import { leftAxis, OWN_AXIS } from '../../chart/axis-marks.ts';
import { drawnChart } from '../../chart/drawn-chart.ts';
import { evenTicks, logDomain, logTicks } from '../../chart/log-axis.ts';
import { clockText, minuteText } from '../clock-text.ts';
import { type TimedValue, unknownTimes } from '../state/history.ts';
import { type StackedValue, stacked } from '../state/stack.ts';
import { groupMarks, MARK_KINDS, type MarkKind } from '../state/time-marks.ts';
import type { View } from '../view.ts';
import { readableFloor } from './readable-floor.ts';
import { type TimeAxis, timeTicks } from './time-axis.ts';

/** A line of a chart. */
export interface TimeLine {
  readonly name: string;
  readonly colour: string;
  readonly dash: string;
  readonly widthPx: number;
  readonly values: readonly TimedValue[];
}

/** What a chart of the last minutes shows. */
export interface TimeChart {
  readonly title: string;
  readonly scale: 'linear' | 'log';
  /** Whether lines stand on each other. */
  readonly isStacked?: boolean;
  readonly text: (value: number) => string;
  readonly lines: (view: View) => readonly TimeLine[];
}

const LEAST_HEIGHT_PX = 206;
const MOST_HEIGHT_PX = 400;
/** A line that is drawn out is flat. */
const HEIGHT_TO_WIDTH = 0.42;
const MARGIN = { marginTop: 32, marginLeft: 52, marginRight: 10, marginBottom: 24 } as const;
/** Marks of one moment, as a fault and what it did, stand above each other. */
const LANES_PX: Readonly<Record<MarkKind, number>> = {
  started: -7,
  resume: -7,
  lost: -15,
  mismatch: -15,
  fault: -23,
};
/** Marks nearer to each other than this are one. */
const MARK_PX = 7;
/** Marks that take more of the width than this would hatch the chart by their rules. */
const MOST_RULED = 0.15;

/** Below what a chart draws nothing, though there may be something; null if there is no such value. */
export function floorOf(
  { scale }: TimeChart,
  lines: readonly TimeLine[],
  { fromMs }: TimeAxis,
): number | null {
  if (scale === 'linear') return null;
  const isShown = ({ at_ms }: TimedValue) => at_ms >= fromMs;
  return readableFloor(lines.map(({ values }) => values.filter(isShown).map(({ value }) => value)));
}

/** Draws a chart; not its table. */
export function drawTimeChart(
  chart: TimeChart,
  given: readonly TimeLine[],
  view: View,
  axis: TimeAxis,
  widthPx: number,
): Element {
  const { title, scale, text, isStacked = false } = chart;
  const floor = floorOf(chart, given, axis);
  const lines = drawnLines(given, isStacked, floor);
  const isShown = ({ at_ms, value }: TimedValue) => at_ms >= axis.fromMs && value > 0;
  const values = lines.flatMap((line) => line.values.filter(isShown).map(({ value }) => value));
  const domain = scale === 'log' ? logDomain(values, 10, 1.3) : linearDomain(values);
  const round = scale === 'log' ? logTicks(domain) : evenTicks(domain).filter(isWhole(domain));
  const ticks = floor === null ? round : [floor, ...round.filter((tick) => tick > floor * 1.5)];
  const innerPx = Math.max(widthPx - MARGIN.marginLeft - MARGIN.marginRight, 1);
  const apartMs = ((axis.toMs - axis.fromMs) / innerPx) * MARK_PX;
  const groups = groupMarks(view.state.marks, axis.fromMs, apartMs).filter(({ at_ms }) => at_ms <= axis.toMs);
  const gaps = unknownTimes(view.state.history).filter(({ toMs }) => toMs > axis.fromMs);
  const last = view.state.history.at(-1)?.at_ms ?? axis.toMs;
  const unknown = view.link.is === 'gone' ? [...gaps, { fromMs: last, toMs: axis.toMs }] : gaps;
  const xTicks = timeTicks(axis, innerPx);
  const isMinute = xTicks.every((at) => at % 60_000 === 0);
  const drawn = Plot.plot({
    width: widthPx,
    height: Math.round(Math.min(MOST_HEIGHT_PX, Math.max(LEAST_HEIGHT_PX, widthPx * HEIGHT_TO_WIDTH))),
    ...MARGIN,
    x: { domain: [axis.fromMs, axis.toMs], ...OWN_AXIS },
    y: { type: scale, domain: [...domain], clamp: true, ...OWN_AXIS },
    marks: [
      Plot.rect(unknown, {
        x1: ({ fromMs }) => Math.max(fromMs, axis.fromMs),
        x2: 'toMs',
        y1: domain[0],
        y2: domain[1],
        fill: 'var(--band)',
      }),
      leftAxis({ label: '', ticks, text: (tick) => (tick === floor ? `≤ ${text(tick)}` : text(tick)) }),
      Plot.axisX([...xTicks], {
        label: null,
        tickSize: 4,
        tickPadding: 4,
        text: isMinute ? minuteText : clockText,
      }),
      Plot.ruleX(groups.length * MARK_PX > innerPx * MOST_RULED ? [] : groups, {
        x: 'at_ms',
        stroke: 'var(--muted)',
        strokeOpacity: 0.2,
        insetTop: -8,
      }),
      ...(isStacked ? lines : []).map(({ values: points, colour }) =>
        Plot.areaY(
          points.filter(({ at_ms }) => at_ms >= axis.fromMs),
          { x: 'at_ms', y1: 'low', y2: 'value', fill: colour, fillOpacity: 0.22 },
        ),
      ),
      ...lines.map(({ values: points, colour, dash, widthPx: strokeWidth }) =>
        Plot.line(
          points.filter(({ at_ms }) => at_ms >= axis.fromMs),
          { x: 'at_ms', y: 'value', stroke: colour, strokeWidth, strokeDasharray: dash },
        ),
      ),
      // A line through one second alone can't be seen.
      Plot.dot(
        lines.flatMap(({ values: points, colour }) =>
          points.length === 1 ? [{ ...points[0], colour }] : [],
        ),
        { x: 'at_ms', y: 'value', fill: 'colour', r: 2 },
      ),
      ...groups.map((group) => {
        const { symbol } = MARK_KINDS[group.kind];
        const isBad = group.kind === 'mismatch' || group.kind === 'lost';
        const paint = isBad ? 'var(--bad)' : 'var(--ink)';
        return Plot.dot([group], {
          x: 'at_ms',
          y: domain[1],
          dy: LANES_PX[group.kind],
          r: 3.5,
          symbol,
          ...(symbol === 'times' ? { stroke: paint, strokeWidth: 1.5 } : { fill: paint }),
          title: ({ kind, at_ms, marks }) => markTitle(kind, at_ms, marks),
        });
      }),
    ],
  });
  return drawnChart(drawn, `${title}: the last minutes, by stream`);
}

interface DrawnLine extends TimeLine {
  readonly values: readonly StackedValue[];
}

function drawnLines(
  lines: readonly TimeLine[],
  isStacked: boolean,
  floor: number | null,
): readonly DrawnLine[] {
  const { layers } = stacked(isStacked ? lines.map(({ values }) => values) : []);
  return lines.map((line, i) => ({
    ...line,
    values:
      layers[i] ??
      line.values.map(({ at_ms, value }) => ({ at_ms, low: 0, value: Math.max(value, floor ?? value) })),
  }));
}

/** From 0 to a round number above all values, so that the axis changes seldom. */
function linearDomain(values: readonly number[]): readonly [number, number] {
  const most = values.reduce((largest, value) => Math.max(largest, value), 1);
  const power = 10 ** Math.floor(Math.log10(most));
  const round = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((step) => step * power >= most * 1.02) ?? 15;
  return [0, round * power];
}

/** Small counts have no halves. */
function isWhole([, most]: readonly [number, number]): (tick: number) => boolean {
  return (tick) => most > 10 || Number.isInteger(tick);
}

const MOST_TITLE_LINES = 12;

function markTitle(
  kind: keyof typeof MARK_KINDS,
  atMs: number,
  marks: readonly { readonly client: string | null; readonly text: string }[],
): string {
  const lines = marks.map(({ client, text }) => (client === null ? text : `${client}: ${text}`));
  const more = lines.length - MOST_TITLE_LINES;
  const count = marks.length > 1 ? ` × ${marks.length}` : '';
  return [
    `${clockText(atMs)} ${MARK_KINDS[kind].label}${count}`,
    ...lines.slice(0, MOST_TITLE_LINES),
    ...(more > 0 ? [`and ${more} more`] : []),
  ].join('\n');
}
