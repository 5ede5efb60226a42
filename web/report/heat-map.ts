import * as Plot from '@observablehq/plot';
import type { Cell } from '../../src/analysis/run/analysis.ts';
import { durationText, plural } from '../../src/wording/figures.ts';
import { MARGIN_BOTTOM_PX, MARGIN_LEFT_PX, MARGIN_TOP_PX } from '../chart/axis-marks.ts';
import { NONE, shortText } from '../element/number-text.ts';
import { type CellGroup, faultsOf } from './cell-group.ts';
import { type Chart, PAPER_PX } from './chart-figure.ts';
import { titleText } from './point-marks.ts';

const STEPS = 6;
const ROW_PX = 38;
/** `10.6 ms ✕` in the smallest type that can be read; what is wider than the page then is scrolled. */
const LEAST_COLUMN_PX = 46;
const MOST_COLUMN_PX = 240;

/** Block time by block size and clients: the number in each field, and a shade that rises with its logarithm. */
export function heatMap(group: CellGroup): Chart | null {
  const means = group.cells.flatMap(({ interval_ms }) =>
    interval_ms !== null && interval_ms.mean > 0 ? [interval_ms.mean] : [],
  );
  if (means.length === 0) return null;
  const low = Math.log(Math.min(...means));
  const high = Math.log(Math.max(...means));
  /** The name of a shade in colours.css, from 1; `none` has no shade. */
  const step = ({ interval_ms }: Cell) => {
    if (interval_ms === null) return 'none';
    const share = high > low ? (Math.log(interval_ms.mean) - low) / (high - low) : 0.3;
    return 1 + Math.min(Math.max(Math.floor(share * STEPS), 0), STEPS - 1);
  };
  const isSound = (cell: Cell) => faultsOf(cell).length === 0;
  const fill = (cell: Cell) => (isSound(cell) ? `var(--heat-${step(cell)}, var(--paper))` : 'var(--paper)');
  const ink = (cell: Cell) => (isSound(cell) ? `var(--heat-ink-${step(cell)}, var(--ink))` : 'var(--ink)');
  const text = (cell: Cell) => {
    const time = cell.interval_ms === null ? NONE : durationText(cell.interval_ms.mean);
    return isSound(cell) ? time : `${time} ✕`;
  };
  const title = (cell: Cell) => {
    const { block, clients, interval_ms } = cell;
    const time = interval_ms === null ? 'no block time' : durationText(interval_ms.mean);
    return titleText(
      faultsOf(cell),
      `${plural(block, 'message')} a block, ${plural(clients, 'client')}: ${time}`,
    );
  };
  const draw = (width: number) => {
    const wanted = (width - MARGIN_LEFT_PX) / group.clients.length;
    const column = Math.min(Math.max(wanted, LEAST_COLUMN_PX), MOST_COLUMN_PX);
    return Plot.plot({
      width: MARGIN_LEFT_PX + column * group.clients.length,
      height: MARGIN_TOP_PX + MARGIN_BOTTOM_PX + ROW_PX * group.blockSizes.length,
      marginTop: MARGIN_TOP_PX,
      marginLeft: MARGIN_LEFT_PX,
      marginRight: 2,
      marginBottom: MARGIN_BOTTOM_PX,
      x: { type: 'band', domain: group.clients, padding: 0.03, axis: null },
      y: { type: 'band', domain: [...group.blockSizes].reverse(), padding: 0.06, axis: null },
      marks: [
        Plot.axisX([...group.clients], {
          label: 'Clients',
          labelArrow: 'none',
          labelAnchor: 'center',
          labelOffset: 38,
          tickSize: 0,
          text: shortText,
        }),
        Plot.axisY([...group.blockSizes], {
          label: 'Messages a block',
          labelArrow: 'none',
          labelAnchor: 'top',
          tickSize: 0,
          text: shortText,
        }),
        Plot.cell(group.cells, {
          x: 'clients',
          y: 'block',
          fill,
          stroke: (cell: Cell) => (isSound(cell) ? 'none' : 'var(--bad)'),
          strokeDasharray: '4 3',
          title,
        }),
        Plot.text(group.cells, {
          x: 'clients',
          y: 'block',
          text,
          fill: ink,
          pointerEvents: 'none',
          fontSize: Math.min(12, column / 5.6),
        }),
      ],
    });
  };
  return { title: group.name, notes: [], printWidthPx: PAPER_PX, draw };
}
