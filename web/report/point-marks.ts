import * as Plot from '@observablehq/plot';
import type { Series } from './series.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly valid: boolean;
  /** Shown on hover. */
  readonly title: string;
}

/**
 * The measured points of one series, joined by a line, with their intervals. A point of an invalid cell is hollow and
 * crossed, and no line goes through it.
 */
export function pointMarks(points: readonly Point[], { colour, symbol, dash, dx }: Series): Plot.Markish[] {
  const valid = points.filter((point) => point.valid);
  const invalid = points.filter((point) => !point.valid);
  const bars = points.filter(({ low, high }) => low !== null && high !== null);
  return [
    Plot.line(valid, { x: 'x', y: 'y', stroke: colour, strokeWidth: 1.25, strokeDasharray: dash, dx }),
    Plot.ruleX(bars, { x: 'x', y1: 'low', y2: 'high', stroke: colour, strokeWidth: 1.5, dx }),
    Plot.dot(valid, { x: 'x', y: 'y', fill: colour, symbol, r: 4, dx, title: 'title' }),
    Plot.dot(invalid, {
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
    Plot.dot(invalid, { x: 'x', y: 'y', stroke: 'var(--bad)', symbol: 'times', strokeWidth: 1.5, r: 4, dx }),
  ];
}
