/** How the lines of streams are told apart: by colour and by dashes, by the place of each. Neighbours differ the most. */
export interface StreamStyle {
  readonly colour: string;
  /** Of an SVG line. */
  readonly dash: string;
}

const COLOURS = [5, 2, 8, 3, 7, 1, 6, 4] as const;
const DASHES = ['none', '6 3', '2 3', '10 3 2 3', '4 2', '1 2', '8 2 2 2 2 2', '12 4'] as const;

/** @param place -1 for all streams without a place of their own */
export function streamStyle(place: number): StreamStyle {
  if (place < 0) return { colour: 'var(--muted)', dash: '3 3' };
  return {
    colour: `var(--series-${COLOURS[place % COLOURS.length] ?? 5})`,
    dash: DASHES[place % DASHES.length] ?? 'none',
  };
}
