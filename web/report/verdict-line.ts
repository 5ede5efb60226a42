import type { Analysis, Cell } from '../../src/analysis/run/analysis.ts';
import { plural } from '../../src/wording/figures.ts';
import { element } from '../element/element.ts';
import { shortText } from '../element/number-text.ts';
import { faultsOf, groupName } from './cell-group.ts';

/** Whether the run can be trusted, in three words with a sign each. */
export function verdictLine({ complete, invalid, unproved, cells }: Analysis): HTMLElement {
  const all = cells.length;
  const validity =
    invalid === 0 ? good('Every cell valid') : bad(`${plural(invalid, 'cell')} of ${all} invalid`);
  const unprovable = cells.filter(({ provable }) => !provable).length;
  const withoutProof = unprovable > 0 && unproved === unprovable;
  const what =
    all === 0 || (withoutProof && unproved === all)
      ? 'Nothing proved'
      : `${plural(unproved, 'cell')} of ${all} not proved`;
  const proof =
    unproved === 0 && all > 0
      ? good('Every message proved')
      : bad(withoutProof ? `${what}: the server gives no proof` : what);
  return element(
    'ul',
    { class: 'verdict' },
    complete ? good(`Complete: ${plural(all, 'cell')}`) : bad(`Incomplete: ${plural(all, 'cell')} so far`),
    validity,
    proof,
  );
}

/** The cells that are not to be trusted, by name, with the reasons. */
export function troubleList({ cells }: Analysis): readonly HTMLElement[] {
  const troubled = cells.filter((cell) => faultsOf(cell).length > 0);
  if (troubled.length === 0) return [];
  const items = troubled.map((cell) => {
    const text = `${faultsOf(cell).join(', ')}${cell.reasons.length > 0 ? `: ${cell.reasons.join('; ')}` : ''}`;
    return element('li', {}, element('strong', {}, cellName(cell)), ` – ${text}`);
  });
  const heading = element('h2', { id: 'trouble' }, 'Cells not to be trusted');
  const explanation = element(
    'p',
    { class: 'explanation' },
    'In the charts they are hollow and crossed ✕. An invalid cell says what the tool could do, not what it was to measure.',
  );
  return [
    element(
      'section',
      { class: 'trouble', 'aria-labelledby': 'trouble' },
      heading,
      explanation,
      element('ul', {}, ...items),
    ),
  ];
}

function cellName(cell: Cell): string {
  return `Block of ${shortText(cell.block)}, ${plural(cell.clients, 'client')}, ${groupName(cell)}`;
}

function good(text: string): HTMLElement {
  return element('li', { class: 'good' }, element('span', { 'aria-hidden': 'true' }, '✓'), ` ${text}`);
}

function bad(text: string): HTMLElement {
  return element('li', { class: 'bad' }, element('span', { 'aria-hidden': 'true' }, '✕'), ` ${text}`);
}
