import type { OfferedStreams } from '../../../src/server/api/streams.ts';
import type { Parameter } from '../../../src/stream/kinds/parameter-reader.ts';
import { element } from '../../element/element.ts';
import { setText } from '../../element/set-text.ts';
import type { ServerCalls } from '../link/server-calls.ts';
import { commandFor, TOOL_NOTES, TOOLS, type Tool } from './commands.ts';
import { copyText } from './copy-text.ts';

/** With more parameters than this, a kind is about as long as two others. */
const LONG_ROWS = 5;

/** What the server sends, and how to take it. */
export class CataloguePanel {
  readonly element: HTMLElement;
  readonly #calls: ServerCalls;
  readonly #tell: (sentence: string) => void;
  readonly #kinds: HTMLElement = element('div', { class: 'kinds' });
  readonly #note: HTMLElement = element('p', { class: 'note' });
  #offered: OfferedStreams | undefined;
  #tool: Tool = 'tidemark';

  /** @param tell says a sentence to the user */
  constructor(calls: ServerCalls, tell: (sentence: string) => void) {
    this.#calls = calls;
    this.#tell = tell;
    const choices = TOOLS.map((tool) => {
      const input = element('input', {
        type: 'radio',
        name: 'tool',
        value: tool,
        checked: tool === this.#tool,
      });
      input.addEventListener('change', () => {
        this.#tool = tool;
        this.#draw();
      });
      return element('label', {}, input, element('span', {}, tool));
    });
    const legend = element('legend', { class: 'unseen' }, 'Commands for');
    this.element = element(
      'section',
      { 'aria-labelledby': 'catalogue', class: 'catalogue' },
      element(
        'div',
        { class: 'bar' },
        element('h2', { id: 'catalogue' }, 'What this server sends'),
        element('fieldset', { class: 'tools', 'data-live': true }, legend, ...choices),
      ),
      this.#note,
      this.#kinds,
    );
  }

  show(offered: OfferedStreams): void {
    this.#offered = offered;
    this.#draw();
  }

  #draw(): void {
    const { base, accessToken } = this.#calls;
    setText(this.#note, TOOL_NOTES[this.#tool] ?? '');
    this.#kinds.replaceChildren(
      ...(this.#offered?.streams ?? []).map(({ kind, summary, parameters, example }) => {
        const command = commandFor(this.#tool, base.href, example, accessToken !== undefined);
        return element(
          'article',
          { 'aria-labelledby': `kind-${kind}`, class: parameters.length > LONG_ROWS ? 'long' : '' },
          element('h3', { id: `kind-${kind}` }, kind),
          element('p', {}, summary),
          this.#command(kind, command),
          parameterTable(kind, parameters),
        );
      }),
    );
  }

  #command(kind: string, command: string): HTMLElement {
    const code = element('code', {}, command);
    const copy = element('button', { type: 'button', class: 'quiet', 'data-live': true }, 'Copy');
    copy.setAttribute('aria-label', `Copy the command for ${kind}`);
    copy.addEventListener('click', async () => {
      const isCopied = await copyText(command, code);
      this.#tell(
        isCopied
          ? `The command for ${kind} was copied.`
          : 'The command is selected: copy it with the keyboard.',
      );
    });
    return element('div', { class: 'command' }, element('pre', { tabindex: 0 }, code), copy);
  }
}

function parameterTable(kind: string, parameters: readonly Parameter[]): HTMLElement {
  const headings = ['Parameter', 'Default', 'Values'];
  return element(
    'div',
    { class: 'parameters' },
    element(
      'table',
      { 'aria-label': `Parameters of ${kind}` },
      element(
        'thead',
        {},
        element('tr', {}, ...headings.map((text) => element('th', { scope: 'col' }, text))),
      ),
      element(
        'tbody',
        {},
        ...parameters.map((parameter) =>
          element(
            'tr',
            {},
            element('th', { scope: 'row' }, element('code', {}, parameter.name)),
            element('td', {}, element('code', {}, parameter.default)),
            element('td', {}, valuesText(parameter)),
          ),
        ),
      ),
    ),
  );
}

function valuesText({ type, minimum, maximum, choices }: Parameter): string {
  if (choices !== undefined) return choices.join(', ');
  if (type === 'shape') return 'sizes with commas between them';
  return minimum === undefined || maximum === undefined ? type : `${type}, ${minimum} to ${maximum}`;
}
