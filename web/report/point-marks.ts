import * as Plot from '@observablehq/plot';
import type { Series } from './series.ts';

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
 * @param floor the foot of the chart: an interval that goes on below it, as one does to 0 on a logarithmic scale, ends
 *   there in an arrow
 */
export function pointMarks(
  points: readonly Point[],
  { colour, symbol, dash, dx }: Series,
  floor: number,
): Plot.Markish[] {
  const sound = points.filter(({ faults }) => faults.length === 0);
  const faulty = points.filter(({ faults }) => faults.length > 0);
  const bars = points.flatMap(({ x, low, high }) =>
    low === null || high === null || high < floor
      ? []
      : [{ x, low: Math.max(low, floor), high, cut: low < floor }],
  );
  const cut = bars.filter((bar) => bar.cut);
  return [
    Plot.line(sound, { x: 'x', y: 'y', stroke: colour, strokeWidth: 1.25, strokeDasharray: dash, dx }),
    Plot.ruleX(bars, { x: 'x', y1: 'low', y2: 'high', stroke: colour, strokeWidth: 1.5, dx }),
    Plot.dot(cut, { x: 'x', y: 'low', dy: -2, fill: colour, symbol: 'triangle', rotate: 180, r: 3, dx }),
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

/** The lines of a title: what, and what stands against it, in capitals. */
export function titleText(faults: readonly string[], ...lines: readonly string[]): string {
  return [...lines, ...faults.map((fault) => fault.toUpperCase())].join('\n');
}
