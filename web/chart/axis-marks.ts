import * as Plot from '@observablehq/plot';

export interface Axis {
  readonly label: string;
  readonly ticks: readonly number[];
  readonly text: (value: number) => string;
}

/**
 * Axes with ticks and texts of our own. Not by the scale's options: there, D3 leaves out what it thinks too much on a
 * logarithmic scale.
 */
export function bottomAxis({ label, ticks, text }: Axis): Plot.Markish {
  const shared = { label, labelArrow: 'none', labelAnchor: 'center', labelOffset: 38 } as const;
  return Plot.axisX([...ticks], { ...shared, text, tickSize: 4, tickPadding: 5 });
}

export function leftAxis({ label, ticks, text }: Axis): Plot.Markish[] {
  return [
    Plot.gridY([...ticks]),
    Plot.axisY([...ticks], { label, labelArrow: 'none', text, tickSize: 0, tickPadding: 8 }),
  ];
}

/** For the scales, whose own axes these take the place of. */
export const OWN_AXIS = { axis: null } as const;

/** Two charts and a heading fit on a sheet; on a wide screen a line that is drawn out is flat, unless it is higher, too. */
export function chartHeightPx(widthPx: number): number {
  const onSheet = Math.min(360, Math.max(300, widthPx * 0.66));
  return Math.min(520, onSheet + Math.max(0, widthPx - SHEET_PX) * 0.2);
}

const SHEET_PX = 700;

/** Left of every chart, so that charts above each other stand in line. */
export const MARGIN_LEFT_PX = 60;
export const MARGIN_BOTTOM_PX = 44;
/** Holds the label of the left axis. */
export const MARGIN_TOP_PX = 30;
