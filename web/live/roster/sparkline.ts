import { svgElement } from '../../element/element.ts';
import { SPARK_SECONDS } from '../state/roster.ts';

const WIDTH_PX = 72;
const HEIGHT_PX = 16;

/** A minute of rates, from 0 to the largest of them. Said aloud it would be noise: the rate stands beside it. */
export class Sparkline {
  readonly element: SVGSVGElement;
  readonly #path: SVGPathElement = svgElement('path');

  constructor() {
    const size = { width: WIDTH_PX, height: HEIGHT_PX, viewBox: `0 0 ${WIDTH_PX} ${HEIGHT_PX}` };
    this.element = svgElement('svg', { class: 'spark', ...size, 'aria-hidden': 'true' }, this.#path);
  }

  update(rates: readonly (number | null)[]): void {
    this.#path.setAttribute('d', sparkPath(rates));
  }
}

/** The newest is at the right end; a line breaks where there is no rate. */
export function sparkPath(rates: readonly (number | null)[]): string {
  const most = rates.reduce<number>((largest, rate) => Math.max(largest, rate ?? 0), 1e-9);
  const step = (WIDTH_PX - 2) / (SPARK_SECONDS - 1);
  const first = SPARK_SECONDS - rates.length;
  let path = '';
  let isOn = false;
  for (const [i, rate] of rates.entries()) {
    if (rate !== null) {
      const x = 1 + (first + i) * step;
      const y = HEIGHT_PX - 1.5 - (rate / most) * (HEIGHT_PX - 3);
      path += `${isOn ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
    }
    isOn = rate !== null;
  }
  return path;
}
