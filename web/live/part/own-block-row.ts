import { durationText } from '../../../src/wording/figures.ts';
import { element } from '../../element/element.ts';
import { countText, NONE } from '../../element/number-text.ts';
import type { OwnBlock } from '../state/own-run.ts';

export const OWN_BLOCK_HEADINGS: readonly string[] = ['Block', 'Seqs', 'Took', 'Late', 'CRC-32', 'Verdict'];

const SIGNS = { waiting: '… waiting', verified: '✓ verified', wrong: '✕ wrong' } as const;

/** A short mark: the column is narrow. */
function interruption(): HTMLElement {
  const title = 'Interrupted: the connection broke within this block';
  const said = element('span', { class: 'unseen' }, 'interrupted');
  return element(
    'span',
    { class: 'interruption', title },
    ' ',
    element('span', { 'aria-hidden': 'true' }, '↻'),
    said,
  );
}

export function blockRow(own: OwnBlock): HTMLElement {
  const { block, from, to, elapsed_ms, lateMs, crc32, interrupted, verdict } = own;
  const number = (text: string) => element('td', { class: 'number' }, text);
  return element(
    'tr',
    { class: verdict },
    element('th', { scope: 'row', class: 'number' }, countText(block)),
    number(`${countText(from)} to ${countText(to)}`),
    element('td', { class: 'number' }, durationText(elapsed_ms), ...(interrupted ? [interruption()] : [])),
    number(lateMs === null ? NONE : durationText(lateMs)),
    element('td', {}, element('code', {}, crc32)),
    element('td', { class: `sign ${verdict}` }, SIGNS[verdict]),
  );
}
