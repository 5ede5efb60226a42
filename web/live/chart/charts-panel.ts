import { durationText, plural, rateText } from '../../../src/wording/figures.ts';
import { setCutInside } from '../../element/cut-inside.ts';
import { element, svgElement } from '../../element/element.ts';
import { shortText } from '../../element/number-text.ts';
import type { Steps } from '../frame/frame-queue.ts';
import { isActive, READINGS, type Reading, valuesOf } from '../state/history.ts';
import { stacked } from '../state/stack.ts';
import { MARK_KINDS, type MarkKind } from '../state/time-marks.ts';
import type { Panel, View } from '../view.ts';
import { HistoryTable } from './history-table.ts';
import { streamStyle } from './stream-style.ts';
import { timeAxis } from './time-axis.ts';
import { drawTimeChart, floorOf, type TimeChart, type TimeLine } from './time-chart.ts';

const CHARTS: readonly TimeChart[] = [
  {
    title: 'Messages a second',
    scale: 'linear',
    text: rateText,
    lines: (view) => linesOf(view, '', READINGS.messagesPerSecond, 2),
  },
  {
    title: 'Clients, stream upon stream',
    scale: 'linear',
    isStacked: true,
    text: shortText,
    lines: (view) => linesOf(view, '', READINGS.clients, 2),
  },
  {
    title: 'Block time: median (thick) and p99 (thin)',
    scale: 'log',
    text: durationText,
    lines: (view) => [
      ...linesOf(view, ' median', READINGS.medianMs, 2.25),
      ...linesOf(view, ' p99', READINGS.p99Ms, 1),
    ],
  },
];

/** A line for each stream that has a place, and one for all others. */
function linesOf(view: View, suffix: string, reading: Reading, widthPx: number): TimeLine[] {
  const { state } = view;
  return placesIn(view).map(({ place, name }) => ({
    name: `${name}${suffix}`,
    ...streamStyle(place),
    widthPx,
    values: valuesOf(state.history, state.places, place, reading),
  }));
}

/** Those of which there is anything to show. */
function placesIn(view: View): readonly { readonly place: number; readonly name: string }[] {
  const { history, places } = view.state;
  const { fromMs } = timeAxis(view);
  const named = places.flatMap((name, place) => (name === undefined ? [] : [{ place, name }]));
  return [...named, { place: -1, name: 'all others' }].filter(({ place }) =>
    isActive(history, places, place, fromMs),
  );
}

/** The last minutes, by stream. */
export function chartsPanel(queue: { redraw(): void }): Panel {
  const figures = CHARTS.map((chart) => new ChartFigure(chart, () => queue.redraw()));
  const legend = element('ul', { class: 'legend' });
  const marks = element('ul', { class: 'mark-legend' }, ...Object.keys(MARK_KINDS).map(markItem));
  const panel = element(
    'section',
    { 'aria-labelledby': 'minutes' },
    element('h2', { id: 'minutes' }, 'The last minutes'),
    legend,
    element('div', { class: 'charts' }, ...figures.map((figure) => figure.element)),
    marks,
  );
  let listed = '';
  function* update(view: View): Steps {
    const streams = placesIn(view);
    const last = view.state.history.at(-1)?.streams ?? [];
    const items = streams.map(({ place, name }) => {
      const own = last.filter(({ stream }) =>
        place < 0 ? !view.state.places.includes(stream) : stream === name,
      );
      const clients = own.reduce((all, each) => all + each.clients, 0);
      return { place, name, clients: plural(clients, 'client') };
    });
    const next = JSON.stringify(items);
    if (next !== listed) {
      listed = next;
      legend.replaceChildren(...items.map(legendItem));
    }
    yield;
    for (const figure of figures) {
      figure.update(view);
      yield;
    }
  }
  return { element: panel, update };
}

function legendItem({ place, name, clients }: { place: number; name: string; clients: string }): HTMLElement {
  const { colour, dash } = streamStyle(place);
  const line = svgElement('line', {
    ...{ x1: 0, x2: 28, y1: 5, y2: 5 },
    ...{ stroke: colour, 'stroke-width': 2.5, 'stroke-dasharray': dash },
  });
  const swatch = svgElement('svg', { width: 28, height: 10, 'aria-hidden': 'true' }, line);
  const code = element('code', { title: name });
  setCutInside(code, name);
  return element('li', {}, swatch, code, element('span', { class: 'note' }, clients));
}

const GLYPHS: Readonly<Record<MarkKind, string>> = {
  started: '▲',
  resume: '●',
  fault: '◆',
  lost: '■',
  mismatch: '✕',
};

function markItem(kind: string): HTMLElement {
  const { label } = MARK_KINDS[kind as MarkKind];
  const glyph = element('span', { class: `glyph ${kind}`, 'aria-hidden': 'true' }, GLYPHS[kind as MarkKind]);
  return element('li', {}, glyph, label);
}

class ChartFigure {
  readonly element: HTMLElement;
  readonly #chart: TimeChart;
  readonly #place: HTMLElement = element('div', { class: 'plot' });
  readonly #table: HistoryTable;
  #widthPx = 0;

  constructor(chart: TimeChart, resized: () => void) {
    this.#chart = chart;
    this.#table = new HistoryTable(chart.title, chart.text);
    this.element = element(
      'figure',
      {},
      element('figcaption', {}, chart.title),
      this.#place,
      this.#table.element,
    );
    new ResizeObserver(([entry]) => {
      const widthPx = Math.floor(entry?.contentRect.width ?? 0);
      if (widthPx === this.#widthPx) return;
      this.#widthPx = widthPx;
      resized();
    }).observe(this.#place);
  }

  update(view: View): void {
    if (this.#widthPx < 1) return;
    const lines = this.#chart.lines(view);
    const axis = timeAxis(view);
    this.#place.replaceChildren(drawTimeChart(this.#chart, lines, view, axis, this.#widthPx));
    const total = { name: 'all streams', values: stacked(lines.map(({ values }) => values)).totals };
    this.#table.update(
      this.#chart.isStacked === true ? [total, ...lines] : lines,
      axis.toMs,
      floorOf(this.#chart, lines, axis),
    );
  }
}
