import { durationText, grouped, paceText, rateText } from '../../wording/figures.ts';
import type { WatchedClient } from './live-view.ts';

/** One column of the roster. */
export interface TopColumn {
  /** Its heading, too. */
  readonly id: string;
  /** What it says, for the help. */
  readonly meaning: string;
  readonly alignRight: boolean;
  text(entry: WatchedClient): string;
  /** By what it is sorted; null comes last. */
  order(entry: WatchedClient): number | string | null;
  /** Whether it stands out. */
  stands?(entry: WatchedClient): 'bad' | 'slow' | undefined;
  /** Where there is no room, those with the least are left out first. */
  readonly importance: number;
}

/** A client that is behind by more than this stands out. */
const SLOW_MS = 1000;
const UNKNOWN = '–';

const timed = (
  id: string,
  importance: number,
  meaning: string,
  read: (entry: WatchedClient) => number | null,
  slow = false,
): TopColumn => ({
  ...{ id, meaning, importance, alignRight: true },
  text: (entry) => {
    const ms = read(entry);
    return ms === null ? UNKNOWN : durationText(ms);
  },
  order: read,
  ...(slow ? { stands: (entry) => ((read(entry) ?? 0) > SLOW_MS ? 'slow' : undefined) } : {}),
});

const counted = (
  id: string,
  importance: number,
  meaning: string,
  read: (entry: WatchedClient) => number,
): TopColumn => ({
  ...{ id, meaning, importance, alignRight: true },
  text: (entry) => countText(read(entry)),
  order: read,
});

const told = (
  id: string,
  importance: number,
  meaning: string,
  read: (entry: WatchedClient) => string,
): TopColumn => ({ ...{ id, meaning, importance, alignRight: false }, text: read, order: read });

export const ROSTER_COLUMNS: readonly TopColumn[] = [
  {
    ...told('name', 100, 'its name; marked if it is behind, or has been wrong', ({ name }) => name),
    stands: (entry) => (entry.mismatched > 0 ? 'bad' : (entry.lag_ms ?? 0) > SLOW_MS ? 'slow' : undefined),
  },
  told('stream', 99, 'the stream that it takes', ({ stream }) => stream),
  told('by', 20, 'what it is connected by: ws is WebSocket', ({ carriage }) =>
    carriage === 'websocket' ? 'ws' : carriage,
  ),
  counted('cursor', 80, 'the seq of the message that it gets next', ({ cursor }) => cursor),
  {
    ...{ id: 'asked', meaning: 'the rate that it asked for', importance: 30, alignRight: true },
    text: ({ rate }) => paceText(rate),
    order: ({ rate }) => (rate === 'max' ? Number.POSITIVE_INFINITY : rate),
  },
  {
    ...{ id: 'msg/s', meaning: 'messages a second that it got of late', importance: 95, alignRight: true },
    text: ({ messages_per_s: rate }) => (rate === null ? UNKNOWN : rateText(measuredRate(rate))),
    order: ({ messages_per_s: rate }) => rate,
  },
  counted('blocks', 70, 'blocks that it has reported on this connection', ({ blocks }) => blocks),
  counted('verified', 25, 'of those, how many were what was sent', ({ verified }) => verified),
  {
    ...counted('wrong', 90, 'of those, how many were not (mismatched)', ({ mismatched }) => mismatched),
    stands: ({ mismatched }) => (mismatched > 0 ? 'bad' : undefined),
  },
  timed('last block', 60, 'how long its last block took, by its own clock', (entry) => entry.last_block_ms),
  timed('lag', 85, 'how far it is behind its schedule now', ({ lag_ms }) => lag_ms, true),
  timed('late', 40, 'how late the last message was handed to its connection', (entry) => entry.late_ms, true),
  {
    ...{ id: 'age', meaning: 'how long it has been on this connection', importance: 50, alignRight: true },
    text: ({ age_ms }) => (age_ms === null ? UNKNOWN : ageText(age_ms)),
    order: ({ age_ms }) => age_ms,
  },
  told('address', 10, 'where it is', ({ address }) => address ?? UNKNOWN),
];

/** A rate is as exact as the few seconds that it is taken from. */
export function measuredRate(perSecond: number): number {
  return perSecond >= 100 ? Math.round(perSecond) : Math.round(perSecond * 10) / 10;
}

/** `14 s`, `3 min`, `2 h`, `5 d`. */
export function ageText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 2 * 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${grouped(Math.floor(seconds / 86_400))} d`;
}

/** `1,234,567`; beyond ten millions `12.3M`. */
function countText(count: number): string {
  return count < 1e7 ? grouped(count) : rateText(count);
}

/** The roster by a column: figures with the largest first, texts by the alphabet, unknown ones last. Equal ones stay as they were. */
export function sorted(
  roster: readonly WatchedClient[],
  { order, alignRight }: TopColumn,
  reversed: boolean,
): WatchedClient[] {
  const sign = (alignRight ? -1 : 1) * (reversed ? -1 : 1);
  const compare = (a: number | string | null, b: number | string | null): number => {
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
    return a === b ? 0 : a < b ? -sign : sign;
  };
  return roster.toSorted((a, b) => compare(order(a), order(b)));
}

/** Those whose name, stream or carriage has the text in it, in whatever case. */
export function filtered(roster: readonly WatchedClient[], filter: string): readonly WatchedClient[] {
  if (filter === '') return roster;
  const wanted = filter.toLowerCase();
  return roster.filter(({ name, stream, carriage, address }) =>
    [name, stream, carriage, address ?? ''].some((text) => text.toLowerCase().includes(wanted)),
  );
}
