import { grouped } from '../../../src/wording/figures.ts';
import { element } from '../../element/element.ts';
import { clockText } from '../clock-text.ts';
import type { Steps } from '../frame/frame-queue.ts';
import type { SaidLine } from '../state/said.ts';
import type { Panel, View } from '../view.ts';

/** What clients say, the newest first. */
export function feedPanel(): Panel {
  const list = element('ol', {
    class: 'feed',
    tabindex: 0,
    'aria-label': 'What clients say, the newest first',
  });
  const none = element('p', { class: 'note' }, 'No client has said anything yet.');
  const panel = element(
    'section',
    { 'aria-labelledby': 'feed', class: 'said' },
    element('div', { class: 'bar' }, element('h2', { id: 'feed' }, 'What clients say')),
    none,
    list,
  );
  let newest = 0;
  function* update({ state: { said } }: View): Steps {
    const added = said.lines.filter(({ id }) => id > newest);
    none.hidden = said.lines.length > 0;
    if (added.length === 0) return;
    newest = added[0]?.id ?? newest;
    list.prepend(...added.map(itemOf));
    while (list.childElementCount > said.lines.length) list.lastElementChild?.remove();
    yield;
  }
  return { element: panel, update };
}

function itemOf({ at_ms, client, kind, text, verified, omitted }: SaidLine): HTMLElement {
  const time = element('time', {}, clockText(at_ms));
  if (omitted > 0) return element('li', { class: 'note' }, time, '', `${grouped(omitted)} more`);
  if (kind === 'receipt') {
    const isRight = verified === true;
    const sign = verified === null ? '' : isRight ? '✓' : '✕';
    const word = verified === null ? 'receipt' : isRight ? 'verified' : 'wrong';
    const mark = element(
      'span',
      { class: `sign ${word}`, title: word },
      sign,
      element('span', { class: 'unseen' }, word),
    );
    return element('li', { class: word }, time, mark, element('span', {}, text));
  }
  const name = element('b', {}, `${client}: `);
  return element(
    'li',
    { class: 'message' },
    time,
    element('span', { class: 'sign' }, '›'),
    element('span', {}, name, text),
  );
}
