import { grouped } from '../../../src/wording/figures.ts';
import { element } from '../../element/element.ts';
import { setText } from '../../element/set-text.ts';
import { CONDITION_SIGNS, CONDITION_TEXTS, CONDITIONS } from '../state/client-condition.ts';
import type { RosterEntry } from '../state/roster.ts';

/** How many clients stand out, by their condition: among hundreds, most are out of sight. Each shows its clients alone. */
export class StandOuts {
  readonly element: HTMLElement;
  readonly #buttons: readonly HTMLButtonElement[];

  /** @param filter is called with what the roster is to be filtered by */
  constructor(filter: (text: string) => void) {
    this.#buttons = CONDITIONS.map((condition) => {
      const button = element('button', {
        ...{ type: 'button', class: `stand-out ${condition}`, 'aria-pressed': 'false' },
        title: `Shows each client that ${CONDITION_TEXTS[condition]}`,
      });
      button.hidden = true;
      button.addEventListener('click', () => filter(isPressed(button) ? '' : condition));
      return button;
    });
    this.element = element('div', { class: 'stand-outs', 'data-live': true }, ...this.#buttons);
  }

  /** @returns whether the focus was on a button that is gone */
  update(entries: Iterable<RosterEntry>, filter: string): boolean {
    const counts = { wrong: 0, stalled: 0, late: 0 };
    for (const { condition } of entries) if (condition !== null) counts[condition]++;
    let hadFocus = false;
    for (const [i, condition] of CONDITIONS.entries()) {
      const button = this.#buttons[i];
      if (button === undefined) continue;
      const [sign] = CONDITION_SIGNS[condition];
      setText(button, `${sign} ${grouped(counts[condition])} ${condition}`);
      const isOn = filter.trim() === condition;
      button.setAttribute('aria-pressed', String(isOn));
      const isGone = counts[condition] === 0 && !isOn;
      hadFocus ||= isGone && document.activeElement === button;
      button.hidden = isGone;
    }
    return hadFocus;
  }
}

function isPressed(button: HTMLButtonElement): boolean {
  return button.getAttribute('aria-pressed') === 'true';
}
