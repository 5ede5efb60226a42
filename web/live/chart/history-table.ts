import { element } from '../../element/element.ts';
import { NONE } from '../../element/number-text.ts';
import { setText } from '../../element/set-text.ts';
import { clockText } from '../clock-text.ts';
import type { TimeLine } from './time-chart.ts';

/** A row every so often: nobody listens to 300. */
const STEP_MS = 15_000;
const MOST_ROWS = 20;

type TableLine = Pick<TimeLine, 'name' | 'values'>;

/** What a chart shows, for who hears it and does not see it. */
export class HistoryTable {
  readonly element: HTMLElement;
  readonly #head: HTMLElement = element('thead');
  readonly #body: HTMLElement = element('tbody');
  readonly #text: (value: number) => string;
  readonly #name: string;
  readonly #caption: HTMLElement;
  #shown = '';

  constructor(caption: string, text: (value: number) => string) {
    this.#text = text;
    this.#name = caption;
    this.#caption = element('caption', {}, caption);
    const table = element('table', {}, this.#caption, this.#head, this.#body);
    this.element = element('div', { class: 'unseen' }, table);
  }

  /** A table that changed every second could not be read: it does with its rows. */
  update(lines: readonly TableLine[], toMs: number, floor: number | null): void {
    const end = Math.floor(toMs / STEP_MS);
    const next = [end, floor, ...lines.map(({ name }) => name)].join('\n');
    if (next === this.#shown) return;
    this.#shown = next;
    setText(
      this.#caption,
      floor === null
        ? this.#name
        : `${this.#name}; the chart draws what is below ${this.#text(floor)} at ${this.#text(floor)}`,
    );
    const headings = ['Time', ...lines.map(({ name }) => name)];
    this.#head.replaceChildren(
      element('tr', {}, ...headings.map((heading) => element('th', { scope: 'col' }, heading))),
    );
    const rows = Array.from({ length: MOST_ROWS }, (_, i) => (end - i) * STEP_MS).map((atMs) => ({
      atMs,
      values: lines.map(({ values }) => valueAt(values, atMs)),
    }));
    this.#body.replaceChildren(
      ...rows
        .filter(({ values }) => values.some((value) => value !== undefined))
        .map(({ atMs, values }) =>
          element(
            'tr',
            {},
            element('th', { scope: 'row' }, clockText(atMs)),
            ...values.map((value) => element('td', {}, value === undefined ? NONE : this.#text(value))),
          ),
        ),
    );
  }
}

/** The last one up to a time, and within the step before it. */
function valueAt(values: TimeLine['values'], atMs: number): number | undefined {
  return values.findLast(
    ({ at_ms, value }) => at_ms <= atMs && at_ms > atMs - STEP_MS && !Number.isNaN(value),
  )?.value;
}
