import type { CheckedReceipts } from '../../../src/server/clients/counts.ts';
import type { History } from './history.ts';
import type { LiveState } from './live-state.ts';

/** Blocks may be seconds apart. */
const RECENT_MS = 30_000;

/** What is said in large figures. */
export interface Glance {
  readonly messagesPerSecond: number | null;
  readonly clients: number | null;
  readonly receipts: CheckedReceipts | null;
  /** The last of the stream with the most blocks in the window, of those with any lately: medians of several can't be added. */
  readonly block: { readonly stream: string; readonly median: number; readonly p99: number } | null;
  readonly streams: number;
}

export function glanceAt({ history, clients, receipts }: LiveState): Glance {
  const last = history.at(-1);
  const messages = last?.streams.reduce((all, stream) => all + stream.messages, 0) ?? 0;
  return {
    messagesPerSecond: last === undefined ? null : messages / (Math.max(last.interval_ms, 1) / 1000),
    clients: last === undefined ? null : clients,
    receipts,
    block: blockOf(history),
    streams: last?.streams.length ?? 0,
  };
}

function blockOf(history: History): Glance['block'] {
  const sinceMs = (history.at(-1)?.at_ms ?? 0) - RECENT_MS;
  const blocks = new Map<string, number>();
  const times = new Map<string, { readonly median: number; readonly p99: number }>();
  for (const { at_ms, streams } of history) {
    for (const { stream, blocks: count, block_ms } of streams) {
      blocks.set(stream, (blocks.get(stream) ?? 0) + count);
      if (block_ms !== null && at_ms > sinceMs) times.set(stream, block_ms);
    }
  }
  const order = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) =>
    (blocks.get(b) ?? 0) - (blocks.get(a) ?? 0) || (a < b ? -1 : 1);
  const [first] = [...times].sort(order);
  return first === undefined ? null : { stream: first[0], ...first[1] };
}
