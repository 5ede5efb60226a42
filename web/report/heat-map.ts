import * as Plot from '@observablehq/plot';
import type { Cell } from '../../src/analysis/analysis.ts';
import { MARGIN_BOTTOM_PX, MARGIN_LEFT_PX, MARGIN_TOP_PX } from './axis-marks.ts';
import { type CellGroup, groupName } from './cell-group.ts';
import { type Chart, PAPER_PX } from './chart-figure.ts';
import { countText, durationText, NONE, shortText } from './number-text.ts';

const STEPS = 6;
/** From this step on, the ink is the other one. */
const FIRST_STRONG_STEP = 4;
const ROW_PX = 38;

/** Block time by block size and clients: the number in each field, and a shade that rises with its logarithm. */
export function heatMap(group: CellGroup): Chart | null {
  const means = group.cells.flatMap(({ interval_ms }) => (interval_ms === null ? [] : [interval_ms.mean]));
  if (means.length === 0) return null;
  const low = Math.log(Math.min(...means));
  const high = Math.log(Math.max(...means));
  const step = ({ interval_ms }: Cell) => {
    if (interval_ms === null) return null;
    const share = high > low ? (Math.log(interval_ms.mean) - low) / (high - low) : 0.3;
    return Math.min(Math.floor(share * STEPS), STEPS - 1);
  };
  const fill = (cell: Cell) => {
    const at = step(cell);
    return at === null || !cell.valid ? 'var(--paper)' : `var(--heat-${at + 1})`;
  };
  const ink = (cell: Cell) => {
    const strong = cell.valid && (step(cell) ?? 0) + 1 > FIRST_STRONG_STEP - 0;
    return strong ? 'var(--heat-ink-high)' : 'var(--heat-ink-low)';
  };
  const text = ({ interval_ms, valid }: Cell) =>
    interval_ms === null ? NONE : `${durationText(interval_ms.mean)}${valid ? '' : ' ✕'}`;
  const title = ({ block, clients, interval_ms, valid }: Cell) => {
    const time = interval_ms === null ? 'no block time' : durationText(interval_ms.mean);
    const what = `${countText(block, 'message')} a block, ${countText(clients, 'client')}: ${time}`;
    return valid ? what : `${what}\nINVALID`;
  };
  const draw = (width: number) =>
    Plot.plot({
      width: Math.min(width, MARGIN_LEFT_PX + 170 * group.clients.length),
      height: MARGIN_TOP_PX + MARGIN_BOTTOM_PX + ROW_PX * group.blocks.length,
      marginTop: MARGIN_TOP_PX,
      marginLeft: MARGIN_LEFT_PX,
      marginRight: 2,
      marginBottom: MARGIN_BOTTOM_PX,
      x: { type: 'band', domain: group.clients, padding: 0.03, axis: null },
      y: { type: 'band', domain: [...group.blocks].reverse(), padding: 0.06, axis: null },
      marks: [
        Plot.axisX([...group.clients], {
          label: 'Clients',
          labelArrow: 'none',
          labelAnchor: 'center',
          labelOffset: 38,
          tickSize: 0,
          text: shortText,
        }),
        Plot.axisY([...group.blocks], {
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
          stroke: (cell: Cell) => (cell.valid ? 'none' : 'var(--bad)'),
          strokeDasharray: '4 3',
          title,
        }),
        Plot.text(group.cells, { x: 'clients', y: 'block', text, fill: ink, pointerEvents: 'none' }),
      ],
    });
  return { title: groupName(group), notes: [], printWidthPx: PAPER_PX, draw };
}
