import type { Departure } from '../../../src/server/clients/presence.ts';
import { grouped } from '../../../src/wording/figures.ts';
import { setCutInside } from '../../element/cut-inside.ts';
import { element } from '../../element/element.ts';
import { clockText } from '../clock-text.ts';
import type { Steps } from '../frame/frame-queue.ts';
import { isBad, lostText } from '../state/departures.ts';
import type { Panel, View } from '../view.ts';

const REASONS: Readonly<Record<Departure['reason'], string>> = {
  left: 'it said that it leaves',
  lost: 'its connection broke',
  silent: 'it answered no ping',
  superseded: 'it came back over another connection',
  done: 'it was sent all that it asked for',
  refused: 'it broke the protocol, or has other content than the stream',
  dismissed: 'it was asked to leave',
  revoked: 'it has to claim its name again',
  stopped: 'the server was stopped',
};

interface LeftColumn {
  readonly heading: string;
  /** How it stands in its place. */
  readonly kind: string;
}

const COLUMNS: readonly LeftColumn[] = [
  { heading: 'Client', kind: 'word of-name' },
  { heading: 'Left', kind: 'word of-moment' },
  { heading: 'Reason', kind: 'word of-reason' },
  { heading: 'Messages', kind: 'number of-messages' },
  { heading: 'Verified', kind: 'number of-verified' },
  { heading: 'Wrong', kind: 'number of-wrong' },
  { heading: 'Stream', kind: 'word of-stream' },
];

/** Who left lately, and why. */
export function leftPanel(): Panel {
  const body = element('tbody', { role: 'rowgroup' });
  const count = element('span', { class: 'note' });
  const head = COLUMNS.map(({ heading, kind }) =>
    element('th', { scope: 'col', role: 'columnheader', class: kind }, heading),
  );
  const table = element(
    'table',
    { role: 'table', 'aria-label': 'Clients that left' },
    element('thead', { role: 'rowgroup' }, element('tr', { role: 'row' }, ...head)),
    body,
  );
  const region = element(
    'div',
    { class: 'left-table', role: 'region', tabindex: 0, 'aria-label': 'Departures' },
    table,
  );
  const none = element('p', { class: 'note' }, 'Nobody has left yet.');
  const panel = element(
    'section',
    { 'aria-labelledby': 'left', class: 'left' },
    element('div', { class: 'bar' }, element('h2', { id: 'left' }, 'Recently left'), count),
    none,
    region,
  );
  let shown: readonly Departure[] | undefined;
  function* update({ state: { left } }: View): Steps {
    if (left === shown) return;
    shown = left;
    none.hidden = left.length > 0;
    region.hidden = left.length === 0;
    count.textContent = lostText(left);
    body.replaceChildren(...left.map(rowOf));
    yield;
  }
  return { element: panel, update };
}

/** Where there is little room, a row is more than one line: so each element says what it is. */
function rowOf(departure: Departure): HTMLElement {
  const { name, left, reason, cursor, from, verified, mismatched, stream } = departure;
  const standsOut = isBad(departure);
  const texts = [
    name,
    clockText(Date.parse(left)),
    standsOut ? `✕ ${reason}` : reason,
    ...[cursor - from, verified, mismatched].map((count) => grouped(count)),
    stream,
  ];
  const cells = COLUMNS.map(({ heading, kind }, i) => {
    const text = element('span', {}, texts[i] ?? '');
    if (heading === 'Stream') setCutInside(text, stream);
    return i === 0
      ? element('th', { scope: 'row', role: 'rowheader', class: kind, title: name }, text)
      : element('td', { role: 'cell', class: kind }, text);
  });
  cells[2]?.setAttribute('title', REASONS[reason] ?? '');
  cells.at(-1)?.setAttribute('title', stream);
  return element('tr', { role: 'row', class: standsOut ? 'bad' : '' }, ...cells);
}
