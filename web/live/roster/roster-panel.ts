import { grouped, plural } from '../../../src/wording/figures.ts';
import { element } from '../../element/element.ts';
import { setText } from '../../element/set-text.ts';
import type { Steps } from '../frame/frame-queue.ts';
import { lastSeen } from '../last-seen.ts';
import type { RosterEntry } from '../state/roster.ts';
import {
  chooseOrder,
  noneText,
  type RosterKey,
  type RosterView,
  shownEntries,
} from '../state/roster-order.ts';
import type { Panel, View } from '../view.ts';
import { ROSTER_COLUMNS } from './roster-columns.ts';
import { RosterRow } from './roster-row.ts';
import { RowFocus } from './row-focus.ts';
import { StandOuts } from './stand-outs.ts';

/** Shown while one of its buttons has the focus. */
const KEYS = '↑ ↓ Home End: the other clients';
/** Rows between which a frame may be shown. */
const ROWS_A_STEP = 10;

/** Who is there: a table that can be sorted by each column, and filtered. */
export class RosterPanel implements Panel {
  readonly element: HTMLElement;
  readonly filter: HTMLInputElement = element('input', {
    ...{ type: 'search', id: 'roster-filter', autocomplete: 'off', spellcheck: 'false' },
    placeholder: 'name, stream, late, stalled',
  });
  readonly #rows = new Map<string, RosterRow>();
  readonly #body: HTMLElement = element('tbody', { role: 'rowgroup' });
  readonly #heads = new Map<RosterKey, HTMLElement>();
  readonly #count: HTMLElement = element('output', { for: 'roster-filter' });
  readonly #standOuts: StandOuts;
  readonly #none: HTMLElement = element('p', { class: 'note none' });
  readonly #focus: RowFocus = new RowFocus(this.#body);
  readonly #region: HTMLElement;
  readonly #dismiss: (name: string) => void;
  readonly #changed: () => void;
  #view: RosterView = { filter: '', order: null };

  /** @param changed is called when something else is to be shown of the roster */
  constructor(dismiss: (name: string) => void, changed: () => void) {
    this.#dismiss = dismiss;
    this.#changed = changed;
    const { filter } = this;
    filter.addEventListener('input', () => this.#show({ ...this.#view, filter: filter.value }));
    this.#standOuts = new StandOuts((text) => {
      filter.value = text;
      this.#show({ ...this.#view, filter: text });
    });
    const heads = ROSTER_COLUMNS.map(({ key, heading, meaning, isWord }) => {
      const button = element(
        'button',
        { type: 'button', title: meaning },
        element('span', { class: 'heading' }, heading),
      );
      button.addEventListener('click', () =>
        this.#show({ ...this.#view, order: chooseOrder(this.#view.order, key) }),
      );
      const kind = isWord ? 'word' : 'number';
      const head = element(
        'th',
        { scope: 'col', role: 'columnheader', class: `${kind} of-${key}`, 'aria-sort': 'none' },
        button,
      );
      this.#heads.set(key, head);
      return head;
    });
    const ask = element('th', {
      ...{ scope: 'col', role: 'columnheader', class: 'ask', 'data-live': true },
    });
    ask.append(element('span', { class: 'unseen' }, 'Ask to leave'));
    const table = element(
      'table',
      { role: 'table', 'aria-label': 'Clients' },
      element('thead', { role: 'rowgroup' }, element('tr', { role: 'row' }, ...heads, ask)),
      this.#body,
    );
    this.#region = element(
      'div',
      {
        class: 'roster',
        role: 'region',
        tabindex: 0,
        'aria-label': 'Roster',
        'aria-describedby': 'roster-keys',
      },
      table,
    );
    this.element = element(
      'section',
      { 'aria-labelledby': 'clients' },
      element(
        'div',
        { class: 'bar' },
        element('h2', { id: 'clients' }, 'Clients'),
        element('p', { class: 'note keys', id: 'roster-keys', 'data-live': true }, KEYS),
        this.#standOuts.element,
        element('label', { 'data-live': true }, 'Filter ', filter),
        this.#count,
      ),
      this.#region,
      this.#none,
      element(
        'p',
        { class: 'note of-now' },
        'A row counts what came over the connection that its client has now.',
      ),
    );
  }

  *update(view: View): Steps {
    const { state } = view;
    const seen = lastSeen(view);
    const { here } = state.roster;
    const shown = shownEntries(here.values(), this.#view);
    this.#say(shown.length, here.size, state.clients, seen);
    const none = state.server === null ? '' : noneText(shown.length, here.size, this.#view.filter);
    setText(this.#none, none);
    this.#none.hidden = none === '';
    if (this.#standOuts.update(here.values(), this.#view.filter)) this.filter.focus();
    this.#region.classList.toggle('stale', seen !== null);
    this.#region.classList.toggle('fixed', state.server?.dismisses !== true);
    yield* this.#place(shown);
    this.#focus.settle();
    for (const [i, entry] of shown.entries()) {
      this.#rows.get(entry.presence.name)?.update(entry);
      if (i % ROWS_A_STEP === ROWS_A_STEP - 1) yield;
    }
  }

  #show(view: RosterView): void {
    this.#view = view;
    for (const [key, head] of this.#heads) {
      const isSorted = view.order?.key === key;
      const direction = view.order?.descending ? 'descending' : 'ascending';
      head.setAttribute('aria-sort', isSorted ? direction : 'none');
    }
    this.#changed();
  }

  #say(shown: number, listed: number, all: number, seen: string | null): void {
    const of = `${grouped(shown)} of ${plural(listed, 'client')}`;
    const text = all > listed ? `${of} that are listed; there are ${grouped(all)}` : of;
    setText(this.#count, seen === null ? text : `${text}, ${seen}`);
  }

  /** Makes the rows, and puts them in order with as few moves as a walk finds. */
  *#place(shown: readonly RosterEntry[]): Steps {
    const names = new Set(shown.map(({ presence }) => presence.name));
    for (const [name, row] of this.#rows) {
      if (names.has(name)) continue;
      const hadFocus = row.element.contains(document.activeElement);
      row.element.remove();
      if (hadFocus) this.filter.focus();
      this.#rows.delete(name);
    }
    const isHeld = this.#isHeld();
    let next = this.#body.firstElementChild;
    for (const [i, entry] of shown.entries()) {
      const { name } = entry.presence;
      let row = this.#rows.get(name);
      if (row === undefined) {
        row = new RosterRow(name, this.#dismiss);
        row.update(entry);
        this.#rows.set(name, row);
        if (isHeld) this.#body.append(row.element);
        else this.#body.insertBefore(row.element, next);
      } else if (next === row.element) {
        next = next.nextElementSibling;
      } else if (!isHeld) {
        this.#body.insertBefore(row.element, next);
      }
      if (i % ROWS_A_STEP === ROWS_A_STEP - 1) yield;
    }
  }

  /** What one points at, or has the focus on, does not move away. */
  #isHeld(): boolean {
    return this.#body.matches(':hover, :focus-within') && this.#body.childElementCount > 0;
  }
}
