import type { FeedLine } from '../../../src/server/live/live-line.ts';

/** As many as can be looked through. */
const MOST_LINES = 200;

/** A line of the feed; or, where `omitted` is above 0, how many there were between its neighbours. */
export interface SaidLine extends Pick<FeedLine, 'at_ms' | 'client' | 'kind' | 'text' | 'verified'> {
  /** Counts up. */
  readonly id: number;
  readonly omitted: number;
}

/** What clients said. */
export interface Said {
  /** The newest first. */
  readonly lines: readonly SaidLine[];
  /** Lines since the page was opened, with those that were omitted. */
  readonly total: number;
}

export const NOTHING_SAID: Said = { lines: [], total: 0 };

/** @param omitted how many there were besides, before these */
export function addLines(said: Said, feed: readonly FeedLine[], omitted: number, atMs: number): Said {
  if (feed.length === 0 && omitted === 0) return said;
  const gap = {
    at_ms: feed[0]?.at_ms ?? atMs,
    client: '',
    kind: 'message',
    text: '',
    verified: null,
  } as const;
  const added = [
    ...(omitted > 0 ? [{ ...gap, omitted }] : []),
    ...feed.map((line) => ({ ...line, omitted: 0 })),
  ];
  const first = (said.lines[0]?.id ?? 0) + 1;
  const lines = added.map((line, i) => ({ ...line, id: first + i })).reverse();
  return { lines: [...lines, ...said.lines].slice(0, MOST_LINES), total: said.total + feed.length + omitted };
}
