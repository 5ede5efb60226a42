import { drawnChart } from '../chart/drawn-chart.ts';
import { element } from '../element/element.ts';

export interface Chart {
  /** Shown above it, and said aloud in its place, with the heading of the section. */
  readonly title: string;
  /** Under the title: what is left out or refused. */
  readonly notes: readonly string[];
  /** On paper, in CSS pixels. */
  readonly printWidthPx: number;
  readonly draw: (widthPx: number) => Element;
}

/** All there is between the margins of an A4 sheet, and half of it. */
export const PAPER_PX = 676;
export const HALF_PAPER_PX = 326;

/** A figure that is drawn anew when its width changes, so that its text keeps its size, and for paper. */
export function chartFigure(chart: Chart, heading: string): HTMLElement {
  const place = element('div', { class: 'plot' });
  const notes = chart.notes.map((note) => element('p', { class: 'note' }, note));
  const caption = element(
    'figcaption',
    {},
    element('span', { class: 'figure-title' }, chart.title),
    ...notes,
  );
  let drawnPx = 0;
  const drawAt = (widthPx: number): void => {
    if (widthPx === drawnPx || widthPx < 1) return;
    drawnPx = widthPx;
    const drawn = drawnChart(chart.draw(widthPx), `${heading}: ${chart.title}`);
    const scrolls = Number(drawn.getAttribute('width')) > widthPx;
    place.classList.toggle('scrolls', scrolls);
    place.tabIndex = scrolls ? 0 : -1;
    place.replaceChildren(drawn);
  };
  new ResizeObserver(() => drawAt(Math.floor(place.clientWidth))).observe(place);
  addEventListener('beforeprint', () => drawAt(chart.printWidthPx));
  addEventListener('afterprint', () => drawAt(Math.floor(place.clientWidth)));
  return element('figure', {}, caption, place);
}
