import { setCutInside } from '../../element/cut-inside.ts';
import { element } from '../../element/element.ts';
import { setText } from '../../element/set-text.ts';
import { CONDITION_SIGNS, CONDITION_TEXTS } from '../state/client-condition.ts';
import type { RosterEntry } from '../state/roster.ts';
import { ROSTER_VALUES, type RosterValue } from '../state/roster-order.ts';
import { ROSTER_COLUMNS } from './roster-columns.ts';
import { Sparkline } from './sparkline.ts';

/** The row of a client. Of a table only the words are left here, so each element says what it is. */
export class RosterRow {
  readonly element: HTMLTableRowElement;
  readonly name: string;
  readonly #texts: readonly HTMLElement[];
  readonly #values: RosterValue[] = [];
  readonly #badge: HTMLElement = element('span', { class: 'badge' });
  readonly #spark: Sparkline = new Sparkline();
  #shown: RosterEntry | undefined;

  constructor(name: string, dismiss: (name: string) => void) {
    this.name = name;
    const texts: HTMLElement[] = [];
    const cells = ROSTER_COLUMNS.map(({ key, isWord }) => {
      const text = element('span');
      texts.push(text);
      const kind = isWord ? 'word' : 'number';
      if (key === 'name')
        return element('th', { scope: 'row', role: 'rowheader', class: 'name of-name' }, text, this.#badge);
      const cell = element('td', { role: 'cell', class: `${kind} of-${key}` }, text);
      if (key === 'rate') cell.prepend(this.#spark.element);
      return cell;
    });
    this.#texts = texts;
    const button = element(
      'button',
      {
        ...{ type: 'button', class: 'quiet', tabindex: -1, 'aria-label': `Ask ${name} to leave` },
      },
      'Leave',
    );
    button.addEventListener('click', () => dismiss(name));
    const last = element('td', { role: 'cell', class: 'ask', 'data-live': true }, button);
    this.element = element('tr', { role: 'row' }, ...cells, last);
  }

  update(entry: RosterEntry): void {
    if (entry === this.#shown) return;
    for (const [i, { key, text }] of ROSTER_COLUMNS.entries()) {
      const value = ROSTER_VALUES[key](entry);
      const place = this.#texts[i];
      if (value === this.#values[i] || place === undefined) continue;
      this.#values[i] = value;
      if (key === 'stream') setCutInside(place, text(value));
      else setText(place, text(value));
    }
    this.#spark.update(entry.rates);
    const { condition } = entry;
    if (condition !== (this.#shown?.condition ?? null) || this.#shown === undefined) {
      this.element.className = condition ?? '';
      setText(this.#badge, condition === null ? '' : CONDITION_SIGNS[condition]);
      this.#badge.title = condition === null ? '' : CONDITION_TEXTS[condition];
      this.#badge.hidden = condition === null;
    }
    if (this.#shown?.presence.stream !== entry.presence.stream) {
      this.element.cells[0]?.setAttribute('title', entry.presence.name);
      this.element.cells[1]?.setAttribute('title', entry.presence.stream);
    }
    this.#shown = entry;
  }
}
