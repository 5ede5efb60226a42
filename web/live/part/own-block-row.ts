import { durationText } from '../../../src/wording/figures.ts';
import { element } from '../../element/element.ts';
import { countText, NONE } from '../../element/number-text.ts';
import type { OwnBlock } from '../state/own-run.ts';

export const OWN_BLOCK_HEADINGS: readonly string[] = ['Block', 'Seqs', 'Took', 'Late', 'CRC-32', 'Verdict'];

const SIGNS = { waiting: '… waiting', verified: '✓ verified', wrong: '✕ wrong' } as const;

export function blockRow(own: OwnBlock): HTMLElement {
  const { block, from, to, elapsed_ms, lateMs, crc32, interrupted, verdict } = own;
  const number = (text: string) => element('td', { class: 'number' }, text);
  return element(
    'tr',
    { class: verdict },
    element('th', { scope: 'row', class: 'number' }, countText(block)),
    number(`${countText(from)} to ${countText(to)}`),
    number(`${durationText(elapsed_ms)}${interrupted ? ' (interrupted)' : ''}`),
    number(lateMs === null ? NONE : durationText(lateMs)),
    element('td', {}, element('code', {}, crc32)),
    element('td', { class: `sign ${verdict}` }, SIGNS[verdict]),
  );
}
