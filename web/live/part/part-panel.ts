import type { ClientRun } from '../../../src/client/run/client-run.ts';
import type { OfferedStreams } from '../../../src/server/api/streams.ts';
import { plural } from '../../../src/wording/figures.ts';
import { element } from '../../element/element.ts';
import { setText } from '../../element/set-text.ts';
import type { Steps } from '../frame/frame-queue.ts';
import type { ServerCalls } from '../link/server-calls.ts';
import { foldEvent, NO_RUN, type OwnRun } from '../state/own-run.ts';
import { verdictText } from '../state/own-verdict.ts';
import { blockRow, OWN_BLOCK_HEADINGS } from './own-block-row.ts';

const SHOWN_BLOCKS = 50;
/** Blocks may come thousands a second. */
const REDRAW_MS = 200;

/** Makes this tab a client: what it takes, what it says, and what comes of it. */
export class PartPanel {
  readonly element: HTMLElement;
  readonly #calls: ServerCalls;
  readonly #changed: () => void;
  readonly #stream: HTMLSelectElement = element('select', { id: 'part-stream' });
  readonly #rate: HTMLSelectElement;
  readonly #block: HTMLInputElement = element('input', {
    ...{ type: 'number', id: 'part-block', min: 1, max: 100_000, value: 5, required: true },
  });
  readonly #name: HTMLInputElement = element('input', {
    ...{ type: 'text', id: 'part-name', maxlength: 64, autocomplete: 'off', spellcheck: 'false' },
    placeholder: 'made up',
  });
  readonly #button: HTMLButtonElement = element('button', { type: 'submit', class: 'main' }, 'Take part');
  readonly #standing: HTMLElement = element('p', { class: 'standing', role: 'status' });
  readonly #figures: HTMLElement = element('p', { class: 'note' });
  readonly #sentence: HTMLElement = element('p', { class: 'sentence' });
  readonly #body: HTMLElement = element('tbody');
  readonly #shown: HTMLElement;
  #run: ClientRun | undefined;
  #own: OwnRun = NO_RUN;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param changed is called when there is something else to draw, at most a few times a second */
  constructor(calls: ServerCalls, changed: () => void) {
    this.#calls = calls;
    this.#changed = changed;
    this.#rate = element(
      'select',
      { id: 'part-rate' },
      ...['1', '10', '100', '1000'].map((rate) =>
        element('option', { value: rate, selected: rate === '10' }, `${plural(Number(rate), 'message')}/s`),
      ),
    );
    const field = (text: string, control: HTMLElement) =>
      element('div', { class: 'field' }, element('label', { for: control.id }, text), control);
    const form = element(
      'form',
      { class: 'part-form', 'data-live': true },
      field('Stream', this.#stream),
      field('Rate', this.#rate),
      field('Messages a block', this.#block),
      field('Name', this.#name),
      this.#button,
    );
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      if (this.#run === undefined) void this.#begin();
      else this.#run.stop();
    });
    const head = OWN_BLOCK_HEADINGS.map((text) => element('th', { scope: 'col' }, text));
    const table = element(
      'table',
      { 'aria-label': 'Blocks of this tab' },
      element('thead', {}, element('tr', {}, ...head)),
      this.#body,
    );
    this.#shown = element(
      'div',
      {},
      this.#figures,
      this.#sentence,
      element(
        'div',
        { class: 'own-blocks', role: 'region', tabindex: 0, 'aria-label': 'Blocks of this tab' },
        table,
      ),
    );
    this.#shown.hidden = true;
    this.element = element(
      'section',
      { 'aria-labelledby': 'part', class: 'part', 'data-live': true },
      element('h2', { id: 'part' }, 'Take part'),
      element(
        'p',
        { class: 'note' },
        'This tab becomes a client: it takes messages in blocks, times each, and tells the server, which compares it with what it sent.',
      ),
      form,
      this.#standing,
      this.#shown,
    );
  }

  offer({ streams }: OfferedStreams): void {
    const paths = streams.flatMap(({ name, example }) => [`/${name}`, example]);
    const chosen = this.#stream.value;
    this.#stream.replaceChildren(
      ...[...new Set(paths)].map((path) =>
        element('option', { value: path, selected: path === chosen }, path.slice(1)),
      ),
    );
  }

  *update(): Steps {
    const { phase, client, messages, verified, wrong, resumes, findings, blocks } = this.#own;
    if (client === '') return;
    this.#shown.hidden = false;
    // From now on there is something to keep in a report.
    this.element.removeAttribute('data-live');
    setText(this.#standing, standingText(this.#own));
    this.#standing.className = `standing ${phase}`;
    const found = findings > 0 ? `, ${plural(findings, 'fault')} of sequence` : '';
    setText(
      this.#figures,
      `${plural(messages, 'message')}, ${plural(verified, 'block')} verified, ${wrong} wrong, ${plural(resumes, 'resume')}${found}`,
    );
    setText(this.#sentence, blocks[0]?.sentence ?? '');
    this.#body.replaceChildren(...blocks.slice(0, SHOWN_BLOCKS).map(blockRow));
    yield;
  }

  async #begin(): Promise<void> {
    this.#button.disabled = true;
    const path = this.#stream.value.slice(1);
    const url = new URL(path, this.#calls.base);
    url.protocol = url.protocol.replace('http', 'ws');
    url.searchParams.set('rate', this.#rate.value);
    const client = this.#name.value.trim();
    const { accessToken } = this.#calls;
    this.#own = NO_RUN;
    try {
      const { takePart } = await import('./page-run.ts');
      this.#run = takePart(
        {
          url: url.href,
          block: this.#block.valueAsNumber,
          ...(client === '' ? {} : { client }),
          ...(accessToken === undefined ? {} : { accessToken }),
        },
        (event) => {
          this.#own = foldEvent(this.#own, event);
          this.#redraw();
        },
      );
      setText(this.#button, 'Leave');
      void this.#run.closed.then(() => {
        this.#run = undefined;
        setText(this.#button, 'Take part');
        this.#redraw();
      });
    } catch (error) {
      setText(this.#standing, `This tab can’t take part: ${error instanceof Error ? error.message : error}.`);
      this.#standing.className = 'standing over';
    }
    this.#button.disabled = false;
  }

  #redraw(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#changed();
    }, REDRAW_MS);
  }
}

function standingText(own: OwnRun): string {
  const { phase, client, stream, reason, end } = own;
  switch (phase) {
    case 'connecting':
      return `${client} connects.`;
    case 'taking':
      return `${client} takes ${stream}.`;
    case 'away':
      return `${client} lost the server${reason === '' ? '' : ` (${reason})`}, and tries again.`;
    case 'over':
      return end === null ? '' : `${client}: ${verdictText(end)}`;
  }
}
