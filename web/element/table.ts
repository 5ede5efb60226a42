import { element } from './element.ts';

/** A table of so few rows goes to the next sheet of paper whole. */
const UNBROKEN_ROWS = 12;

export interface Column<Row> {
  readonly heading: string;
  /** Under the heading. */
  readonly unit?: string;
  readonly text: (row: Row) => string;
  /** `number` is set to the right; `key` names the row; `prose` may be long. @default 'number' */
  readonly kind?: 'number' | 'words' | 'prose' | 'key';
}

export interface RowGroup<Row> {
  /** Spans the table above its rows; none if empty. */
  readonly heading: string;
  readonly rows: readonly Row[];
}

export interface RowOptions<Row> {
  /** Sets a row apart. */
  readonly isMarked?: (row: Row) => boolean;
  /** Stands in place of all of a row but its keys, if it is not null. */
  readonly instead?: (row: Row) => string | null;
}

/** A table that scrolls within itself where it is wider than the page. */
export function table<Row>(
  caption: string,
  columns: readonly Column<Row>[],
  groups: readonly RowGroup<Row>[],
  { isMarked = () => false, instead = () => null }: RowOptions<Row> = {},
): HTMLElement {
  const head = columns.map(({ heading, unit, kind }) => {
    const units = unit === undefined ? [] : [element('span', { class: 'unit' }, unit)];
    return element('th', { scope: 'col', class: kind ?? 'number' }, heading, ...units);
  });
  const bodies = groups.map(({ heading, rows }) => {
    const title = element('th', { scope: 'rowgroup', colspan: columns.length }, heading);
    const titles = heading === '' ? [] : [element('tr', { class: 'group' }, title)];
    return element(
      'tbody',
      {},
      ...titles,
      ...rows.map((row) => rowOf(columns, row, isMarked(row), instead(row))),
    );
  });
  const made = element(
    'table',
    {},
    element('caption', {}, element('span', { class: 'caption' }, caption)),
    element('thead', {}, element('tr', {}, ...head)),
    ...bodies,
  );
  const rows = groups.reduce((sum, group) => sum + group.rows.length, 0);
  const layout = rows <= UNBROKEN_ROWS ? 'table unbroken' : 'table';
  return element('div', { class: layout, role: 'region', tabindex: 0, 'aria-label': caption }, made);
}

function rowOf<Row>(
  columns: readonly Column<Row>[],
  row: Row,
  marked: boolean,
  instead: string | null,
): HTMLElement {
  const keys = columns.filter(({ kind }) => kind === 'key');
  const others = columns.filter(({ kind }) => kind !== 'key');
  const names = keys.map(({ text }) => element('th', { scope: 'row', class: 'key' }, text(row)));
  const cells =
    instead === null
      ? others.map(({ text, kind = 'number' }) => element('td', { class: kind }, text(row)))
      : [element('td', { class: 'prose instead', colspan: others.length }, instead)];
  return element('tr', marked ? { class: 'marked' } : {}, ...names, ...cells);
}
