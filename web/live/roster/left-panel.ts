import type { Departure } from '../../../src/server/clients/presence.ts';
import { grouped } from '../../../src/wording/figures.ts';
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

const HEADINGS = ['Client', 'Left', 'Reason', 'Messages', 'Verified', 'Wrong', 'Stream'] as const;

/** Who left lately, and why. */
export function leftPanel(): Panel {
  const body = element('tbody');
  const count = element('span', { class: 'note' });
  const head = HEADINGS.map((heading) =>
    element('th', { scope: 'col', class: isNumber(heading) ? 'number' : 'word' }, heading),
  );
  const table = element(
    'table',
    { 'aria-label': 'Clients that left' },
    element('thead', {}, element('tr', {}, ...head)),
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

function isNumber(heading: string): boolean {
  return ['Messages', 'Verified', 'Wrong'].includes(heading);
}

function rowOf(departure: Departure): HTMLElement {
  const { name, left, reason, cursor, from, verified, mismatched, stream } = departure;
  const standsOut = isBad(departure);
  const number = (value: number) => element('td', { class: 'number' }, grouped(value));
  return element(
    'tr',
    { class: standsOut ? 'bad' : '' },
    element('th', { scope: 'row', class: 'word' }, name),
    element('td', { class: 'word' }, clockText(Date.parse(left))),
    element('td', { class: 'word reason', title: REASONS[reason] ?? '' }, standsOut ? `✕ ${reason}` : reason),
    number(cursor - from),
    number(verified),
    number(mismatched),
    element('td', { class: 'word' }, stream),
  );
}
