import type { RosterEntry } from './roster.ts';

/** What a roster can be sorted by. */
export type RosterKey =
  | 'name'
  | 'stream'
  | 'asked'
  | 'rate'
  | 'cursor'
  | 'blocks'
  | 'verified'
  | 'wrong'
  | 'block'
  | 'lag'
  | 'late'
  | 'carriage'
  | 'since';

/** A word or a number; null if there is none. Of the rate asked for, `max` is infinite. */
export type RosterValue = string | number | null;

export const ROSTER_VALUES: Readonly<Record<RosterKey, (entry: RosterEntry) => RosterValue>> = {
  name: ({ presence }) => presence.name,
  stream: ({ presence }) => presence.stream,
  asked: ({ presence }) => (presence.rate === 'max' ? Number.POSITIVE_INFINITY : presence.rate),
  rate: ({ rates }) => rates.at(-1) ?? null,
  cursor: ({ presence }) => presence.cursor,
  blocks: ({ presence }) => presence.blocks,
  verified: ({ presence }) => presence.verified,
  wrong: ({ presence }) => presence.mismatched,
  block: ({ presence }) => presence.last_block_ms,
  lag: ({ presence }) => presence.lag_ms,
  late: ({ presence }) => presence.late_ms,
  carriage: ({ presence }) => presence.carriage,
  since: ({ presence }) => presence.since,
};

/** How the roster is shown; without an order, as clients came. */
export interface RosterView {
  readonly filter: string;
  readonly order: { readonly key: RosterKey; readonly descending: boolean } | null;
}

/** Words are read from a to z, but of numbers one looks for the largest. */
const WORDS: readonly RosterKey[] = ['name', 'stream', 'carriage', 'since'];

/** The order after a column was chosen: there, the other way round, and then as clients came. */
export function chooseOrder(order: RosterView['order'], key: RosterKey): RosterView['order'] {
  const first = !WORDS.includes(key);
  if (order?.key !== key) return { key, descending: first };
  return order.descending === first ? { key, descending: !first } : null;
}

/** The clients to be shown. */
export function shownEntries(
  entries: Iterable<RosterEntry>,
  { filter, order }: RosterView,
): readonly RosterEntry[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = [...entries].filter(({ presence: { name, stream, carriage }, condition }) => {
    const text = `${name} ${stream} ${carriage} ${condition ?? ''}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  if (order === null) return shown;
  const value = ROSTER_VALUES[order.key];
  const sign = order.descending ? -1 : 1;
  return shown.sort((a, b) => compare(value(a), value(b), sign));
}

/** Said in place of rows where there are none; '' where there are. */
export function noneText(shown: number, listed: number, filter: string): string {
  if (shown > 0) return '';
  return listed === 0 ? 'No client is connected.' : `No client matches “${filter.trim()}”.`;
}

/** What there is none of comes last, in either direction. */
function compare(a: RosterValue, b: RosterValue, sign: number): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  if (typeof a === 'string' || typeof b === 'string') return sign * COLLATOR.compare(String(a), String(b));
  return a === b ? 0 : sign * (a < b ? -1 : 1);
}

/** `client-2` before `client-10`. */
const COLLATOR = new Intl.Collator('en', { numeric: true });
