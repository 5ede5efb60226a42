import { plural } from '../../src/wording/figures.ts';
import { partialText } from '../../src/wording/partial.ts';
import { element } from '../element/element.ts';
import { setText } from '../element/set-text.ts';
import { clockText, momentText } from './clock-text.ts';
import type { View } from './view.ts';

/** What can be done with the whole page. */
export interface PageActions {
  /** Freezes what is shown, or lets it go on. */
  pause(paused: boolean): void;
  save(): void;
  /** Asks for the access token. */
  unlock(): void;
}

/** What is shown of a pause: since when, and how many lines there were since. */
export interface Pause {
  readonly sinceMs: number;
  readonly lines: number;
}

/** The head of the page: what this is, how the connection is, and what can be done. */
export class StatusPanel {
  readonly element: HTMLElement;
  readonly #word: HTMLElement = element('span', { class: 'word' }, 'Connecting');
  readonly #more: HTMLElement = element('span', { class: 'more' });
  readonly #status: HTMLElement;
  readonly #counted: HTMLElement = element('p', { class: 'counted' });
  readonly #facts: HTMLElement = element('p', { class: 'facts' });
  readonly #notice: HTMLElement = element('p', { class: 'notice', role: 'status' });
  readonly #pause: HTMLButtonElement = element('button', { type: 'button' }, 'Pause');
  #isPaused = false;
  readonly #unlock: HTMLButtonElement = element('button', { type: 'button' }, 'Enter the access token');

  constructor(actions: PageActions) {
    this.#status = element(
      'p',
      { class: 'status connecting', role: 'status' },
      element('span', { class: 'lamp', 'aria-hidden': 'true' }),
      this.#word,
      this.#more,
    );
    const save = element('button', { type: 'button' }, 'Save as report');
    save.addEventListener('click', () => actions.save());
    this.#pause.addEventListener('click', () => actions.pause(!this.#isPaused));
    this.#unlock.addEventListener('click', () => actions.unlock());
    this.#unlock.hidden = true;
    this.#notice.hidden = true;
    this.element = element(
      'header',
      {},
      element(
        'div',
        { class: 'masthead' },
        element('h1', {}, 'Tidemark'),
        element('p', { class: 'tagline' }, 'Message streams that can be checked, and who takes them'),
      ),
      element('div', { class: 'standing' }, this.#status, this.#counted, this.#facts),
      element('div', { class: 'actions', 'data-live': true }, this.#unlock, this.#pause, save),
      this.#notice,
    );
  }

  /** Not in steps: how the connection is has to be seen at once. */
  update({ state, link, nowMs }: View, pause: Pause | null): void {
    const [kind, word, more] = standing(link, pause, nowMs);
    this.#status.className = `status ${kind}`;
    setText(this.#word, word);
    setText(this.#more, more);
    this.#counted.hidden = pause === null;
    setText(this.#counted, pause === null ? '' : `${plural(pause.lines, 'line')} came since`);
    this.#isPaused = pause !== null;
    setText(this.#pause, this.#isPaused ? 'Resume' : 'Pause');
    this.#pause.classList.toggle('main', this.#isPaused);
    const hadFocus = document.activeElement === this.#unlock;
    this.#unlock.hidden = link.is !== 'refused';
    if (hadFocus && this.#unlock.hidden) this.#pause.focus();
    document.title = link.is === 'gone' ? 'Tidemark: the server is gone' : 'Tidemark, live';
    const { server, pageVersion, missing } = state;
    if (server === null) return;
    const { version, started, chaos } = server;
    const facts = [
      `version ${version}`,
      `up since ${momentText(Date.parse(started), nowMs)}`,
      ...(chaos === null ? [] : [`faults on purpose: ${chaos}`]),
      ...(missing.length === 0 ? [] : [partialText(missing)]),
    ];
    setText(this.#facts, facts.join(' · '));
    const isOther = pageVersion !== null && version !== pageVersion;
    this.#notice.hidden = !isOther;
    const notice = `The server is version ${version} now, and this page is of version ${pageVersion}: reload it.`;
    setText(this.#notice, isOther ? notice : '');
  }
}

function standing(link: View['link'], pause: Pause | null, nowMs: number): readonly [string, string, string] {
  switch (link.is) {
    case 'connecting':
      return ['connecting', 'Connecting', ''];
    case 'refused':
      return ['gone', 'Locked', link.sentence];
    case 'gone': {
      const since = momentText(link.sinceMs, nowMs);
      return link.answer === null
        ? ['gone', `The server is gone since ${since}`, 'trying again']
        : ['gone', `No connection since ${since}`, `${link.answer}; trying again`];
    }
    case 'live':
      return pause === null ? ['live', 'Live', ''] : ['paused', `Paused at ${clockText(pause.sinceMs)}`, ''];
  }
}
