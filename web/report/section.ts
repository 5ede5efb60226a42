import { element } from '../element/element.ts';
import { type Chart, chartFigure } from './chart-figure.ts';

/** A part of the page under a heading, with a word on how to read it, if there is need of one. */
export function section(
  id: string,
  heading: string,
  explanation: string,
  ...content: readonly Node[]
): HTMLElement {
  const texts = explanation === '' ? [] : [element('p', { class: 'explanation' }, explanation)];
  return element('section', { 'aria-labelledby': id }, element('h2', { id }, heading), ...texts, ...content);
}

/** Charts beside each other as far as there is room; those of one stack stand above each other. */
export function chartSection(
  id: string,
  heading: string,
  explanation: string,
  stacks: readonly (readonly (Chart | null)[])[],
  layout = '',
): HTMLElement {
  const drawn = stacks
    .map((charts) => charts.flatMap((chart) => (chart === null ? [] : [chartFigure(chart, heading)])))
    .filter((figures) => figures.length > 0)
    .map((figures) => element('div', { class: 'stack' }, ...figures));
  const content =
    drawn.length === 0
      ? element('p', { class: 'note' }, 'There is nothing to draw.')
      : element('div', { class: `charts ${layout}`.trim() }, ...drawn);
  const whole = section(id, heading, explanation, content);
  whole.classList.add('chart-section');
  return whole;
}
