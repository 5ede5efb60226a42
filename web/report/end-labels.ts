import type { RenderFunction } from '@observablehq/plot';
import { svgElement } from '../element/element.ts';
import { spreadLabels } from './label-spread.ts';
import type { Series } from './series.ts';

const GAP_PX = 14;
const LEADER_PX = 16;

export interface EndLabel {
  readonly series: Series;
  /** Where its line ends. */
  readonly x: number;
  readonly y: number;
}

/** The name of each line, to the right of its end; apart from each other, and tied to the end by a thin rule. */
export function endLabels(labels: readonly EndLabel[]): RenderFunction {
  return (_index, scales, _values, dimensions) => {
    const { width, height, marginRight, marginTop, marginBottom } = dimensions;
    const wanted = labels.map(({ y }) => Number(scales.y?.(y)));
    const placed = spreadLabels(wanted, GAP_PX, marginTop, height - marginBottom);
    const left = width - marginRight + LEADER_PX;
    const group = svgElement('g', { class: 'end-labels', 'aria-hidden': 'true' });
    for (const [i, { series, x }] of labels.entries()) {
      const fromX = Number(scales.x?.(x)) + series.dx + 6;
      const points = `${fromX},${wanted[i]} ${Math.max(fromX, left - LEADER_PX + 4)},${wanted[i]} ${left - 4},${placed[i]}`;
      group.append(
        svgElement('polyline', { points, class: 'leader', stroke: series.colour }),
        svgElement('text', { x: left, y: placed[i] ?? 0, dy: '0.32em' }, series.label),
      );
    }
    return group;
  };
}

/** The margin that the labels need. */
export function labelMarginPx(series: readonly Series[]): number {
  return LEADER_PX + 12 + 6.6 * Math.max(0, ...series.map(({ label }) => label.length));
}
