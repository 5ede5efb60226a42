/** How the lines of a chart are told apart: by colour, by symbol and by dashes, each of which is enough alone. */
export interface Series {
  readonly value: number;
  readonly label: string;
  readonly colour: string;
  readonly symbol: SeriesSymbol;
  /** Of an SVG line. */
  readonly dash: string;
  /** Moves its marks aside, so that those of equal values don't cover each other. */
  readonly dx: number;
}

type SeriesSymbol = (typeof SYMBOLS)[number];

const SYMBOLS = ['circle', 'square', 'triangle', 'diamond', 'star', 'cross', 'wye', 'hexagon'] as const;
const DASHES = ['none', '6 3', '2 3', '10 3 2 3', '4 2', '1 2', '8 2 2 2 2 2', '12 4'] as const;
/** Colours in colours.css, which rise in strength with the value. */
const COLOURS = 8;

export function seriesOf(
  values: readonly number[],
  label: (value: number) => string,
  stepPx = 4,
): readonly Series[] {
  const last = values.length - 1;
  return values.map((value, i) => ({
    value,
    label: label(value),
    colour: `var(--series-${1 + Math.round(last === 0 ? 4 : (Math.min(i, last) / last) * (COLOURS - 1))})`,
    symbol: SYMBOLS[i % SYMBOLS.length] ?? 'circle',
    dash: DASHES[i % DASHES.length] ?? 'none',
    dx: (i - last / 2) * Math.min(stepPx, 28 / values.length),
  }));
}
