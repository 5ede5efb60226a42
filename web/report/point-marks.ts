import * as Plot from '@observablehq/plot';
import { logDomain } from '../chart/log-axis.ts';
import type { Series } from './series.ts';

/** How far an interval is followed beyond the lowest and the highest point, on a logarithmic scale. */
const MOST_INTERVAL_FACTOR = 4;
/** So that noise does not look like a trend. */
const LEAST_FACTOR = 4;

export interface Point {
  readonly x: number;
  readonly y: number;
  readonly low: number | null;
  readonly high: number | null;
  /** What stands against it: such a point is hollow and crossed, and no line goes through it. */
  readonly faults: readonly string[];
  /** Shown on hover. */
  readonly title: string;
}

/**
 * The measured points of one series, joined by a line, with their intervals.
 *
 * @param domain what the chart shows: an interval that goes on beyond it, as one does to 0 on a logarithmic scale, ends
 *   there in an arrow
 */
export function pointMarks(
  points: readonly Point[],
  { colour, symbol, dash, dx }: Series,
  [floor, ceiling]: readonly [number, number],
): Plot.Markish[] {
  const sound = points.filter(({ faults }) => faults.length === 0);
  const faulty = points.filter(({ faults }) => faults.length > 0);
  const bars = points.flatMap(({ x, low, high }) =>
    low === null || high === null || high < floor || low > ceiling
      ? []
      : [
          {
            x,
            low: Math.max(low, floor),
            high: Math.min(high, ceiling),
            falls: low < floor,
            rises: high > ceiling,
          },
        ],
  );
  const falling = bars.filter(({ falls }) => falls);
  const rising = bars.filter(({ rises }) => rises);
  const arrow = { x: 'x', fill: colour, symbol: 'triangle', r: 3, dx } as const;
  return [
    Plot.line(sound, { x: 'x', y: 'y', stroke: colour, strokeWidth: 1.25, strokeDasharray: dash, dx }),
    Plot.ruleX(bars, { x: 'x', y1: 'low', y2: 'high', stroke: colour, strokeWidth: 1.5, dx }),
    Plot.dot(falling, { ...arrow, y: 'low', dy: -2, rotate: 180 }),
    Plot.dot(rising, { ...arrow, y: 'high', dy: 2 }),
    Plot.dot(sound, { x: 'x', y: 'y', fill: colour, symbol, r: 4, dx, title: 'title' }),
    Plot.dot(faulty, {
      x: 'x',
      y: 'y',
      fill: 'var(--paper)',
      stroke: colour,
      strokeWidth: 1.5,
      symbol,
      r: 5.5,
      dx,
      title: 'title',
    }),
    Plot.dot(faulty, { x: 'x', y: 'y', stroke: 'var(--bad)', symbol: 'times', strokeWidth: 1.5, r: 4, dx }),
  ];
}

/** Holds all points, and their intervals as far as they leave room to see how the points differ. */
export function pointDomain(points: readonly Point[]): readonly [number, number] {
  const values = points.map(({ y }) => y).filter((y) => y > 0);
  const least = Math.min(...values) / MOST_INTERVAL_FACTOR;
  const most = Math.max(...values) * MOST_INTERVAL_FACTOR;
  const ends = points.flatMap(({ y, low, high }) => [
    y,
    Math.max(low ?? y, least),
    Math.min(high ?? y, most),
  ]);
  return logDomain(ends, LEAST_FACTOR);
}

/** The lines of a title: what, and what stands against it, in capitals. */
export function titleText(faults: readonly string[], ...lines: readonly string[]): string {
  return [...lines, ...faults.map((fault) => fault.toUpperCase())].join('\n');
}
