import { cellsOf, cutInside, fitted } from '../output/cells.ts';
import type { WatchedClient } from './live-view.ts';
import type { Paint } from './paint.ts';
import { ROSTER_COLUMNS, type TopColumn } from './roster-columns.ts';

/** How the table of clients is laid out. */
export interface TableLayout {
  readonly width: number;
  /** The column by which it is sorted. */
  readonly column: TopColumn | undefined;
  readonly reversed: boolean;
  readonly paint: Paint;
}

/** Names and streams are cut to this where there is no room for them whole. */
const LEAST_CELLS: Readonly<Record<string, number>> = { name: 12, stream: 14 };
const GAP = 2;

/**
 * The table of some clients of the roster: its heading, then a line each. What there is no room for is left out by importance.
 *
 * @param page those to be shown; the widths are those of all, so that scrolling moves no column
 */
export function rosterTable(
  page: readonly WatchedClient[],
  roster: readonly WatchedClient[],
  { width, column: by, reversed, paint }: TableLayout,
): { lines: string[]; columns: readonly TopColumn[] } {
  const natural = new Map(
    ROSTER_COLUMNS.map((column) => {
      const texts = roster.reduce((most, entry) => Math.max(most, cellsOf(column.text(entry))), 0);
      return [column.id, Math.max(texts, column.id.length + (column === by ? 2 : 0))];
    }),
  );
  const least = ({ id }: TopColumn) => Math.min(natural.get(id) ?? 0, LEAST_CELLS[id] ?? Infinity);
  const hasAddresses = roster.some(({ address }) => address !== null);
  let columns = ROSTER_COLUMNS.filter(({ id }) => id !== 'address' || hasAddresses);
  const room = () => columns.reduce((left, column) => left - least(column) - GAP, width + GAP);
  while (room() < 0 && columns.length > 1) {
    const [first] = columns.toSorted((a, b) => a.importance - b.importance);
    columns = columns.filter((column) => column !== first);
  }
  let spare = Math.max(0, room());
  const widths = new Map<TopColumn, number>();
  for (const column of columns) {
    const more = Math.min(spare, (natural.get(column.id) ?? 0) - least(column));
    widths.set(column, least(column) + more);
    spare -= more;
  }
  const line = (cell: (column: TopColumn, cells: number) => string) =>
    columns.map((column) => cell(column, widths.get(column) ?? 0)).join(' '.repeat(GAP));
  const arrow = (column: TopColumn) => (column.alignRight === reversed ? ' ▲' : ' ▼');
  const heading = line((column, cells) => {
    const text = column === by ? `${column.id}${arrow(column)}` : column.id;
    return fitted(text, cells, column.alignRight);
  });
  const rows = page.map((entry) =>
    line((column, cells) => {
      const text = fitted(cutInside(column.text(entry), cells), cells, column.alignRight);
      const standing = column.stands?.(entry);
      return standing === 'bad' ? paint.red(text) : standing === 'slow' ? paint.yellow(text) : text;
    }),
  );
  return { lines: [paint.underline(heading), ...rows], columns };
}
