import { quantileMs } from '../clients/block-times.ts';
import type { CheckedReceipts } from '../clients/counts.ts';
import type { Departure, Presence } from '../clients/presence.ts';
import type { StreamTaken } from '../clients/stream-counts.ts';

/** What `GET /live` sends, a line each: first what has been, then every second what is. `LIVE_SCHEMA` describes each field. */
export type LiveLine = LiveOpening | LiveSecond;

/** `verified` and `mismatched` are since the server began. */
export interface LiveOpening extends CheckedReceipts {
  readonly type: 'opening';
  readonly version: string;
  /** When the server began: another moment is another process. */
  readonly started: string;
  readonly chaos: string | null;
  /** Whether clients can be asked to leave with a token. */
  readonly dismisses: boolean;
  readonly seconds: readonly Moment[];
  readonly marks: readonly Mark[];
  readonly feed: readonly FeedLine[];
  readonly left: readonly Departure[];
  /** Which members it is without, where there are several. */
  readonly missing?: readonly string[];
}

/** One second of the server, by its streams. */
export interface Moment {
  /** Its end, in milliseconds since 1970. */
  readonly at_ms: number;
  /** How long it was. */
  readonly interval_ms: number;
  readonly clients: number;
  readonly streams: readonly StreamMoment[];
}

/** What the clients of one stream were sent and reported in a second. */
export interface StreamMoment extends Omit<StreamTaken, 'times'> {
  /** How long blocks took that were right and that no outage cut, in milliseconds; null if there were none. */
  readonly block_ms: { readonly median: number; readonly p99: number } | null;
}

/** `verified` and `mismatched` are since the server began. */
export interface LiveSecond extends Moment, Happened, CheckedReceipts {
  readonly type: 'second';
  readonly roster: readonly Presence[];
  readonly left: readonly Departure[];
  readonly missing?: readonly string[];
}

/** What happened in a second. */
export interface Happened {
  readonly feed: readonly FeedLine[];
  /** How many lines more there were. */
  readonly feed_omitted: number;
  readonly marks: readonly Mark[];
}

/** What a client said. */
export interface FeedLine {
  readonly at_ms: number;
  readonly client: string;
  readonly kind: 'receipt' | 'message';
  readonly text: string;
  /** Of a receipt, whether it was right. */
  readonly verified: boolean | null;
}

export const MARK_KINDS = ['started', 'resume', 'mismatch', 'fault', 'lost'] as const;

/** What stands out on the axis of time. */
export interface Mark {
  readonly at_ms: number;
  readonly kind: (typeof MARK_KINDS)[number];
  readonly client: string | null;
  readonly text: string;
}

/** The line's form of what was counted on a stream. */
export function streamMoment({ times, ...counted }: StreamTaken): StreamMoment {
  const median = quantileMs(times, 0.5);
  const p99 = quantileMs(times, 0.99);
  const isTimed = median !== undefined && p99 !== undefined;
  return { ...counted, block_ms: isTimed ? { median: rounded(median), p99: rounded(p99) } : null };
}

/** To the microsecond. */
function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
