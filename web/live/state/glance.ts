import type { StreamMoment } from '../../../src/server/clients/stream-counts.ts';
import type { LiveState } from './live-state.ts';

/** Blocks may be seconds apart. */
const RECENT_MS = 30_000;

/** What is said in large figures. */
export interface Glance {
  readonly messagesPerSecond: number | null;
  readonly clients: number | null;
  readonly verified: number | null;
  readonly wrong: number;
  readonly sinceMs: number | null;
  /** Of the stream that had the most blocks in the last second with any: medians of several can't be added. */
  readonly block: { readonly stream: string; readonly median: number; readonly p99: number } | null;
  readonly streams: number;
}

export function glanceAt({ history, clients, proof }: LiveState): Glance {
  const last = history.at(-1);
  const messages = last?.streams.reduce((all, stream) => all + stream.messages, 0) ?? 0;
  const timed = history.findLast(
    ({ at_ms, streams }) =>
      at_ms > (last?.at_ms ?? 0) - RECENT_MS && streams.some(({ block_ms }) => block_ms !== null),
  );
  return {
    messagesPerSecond: last === undefined ? null : messages / (Math.max(last.interval_ms, 1) / 1000),
    clients: last === undefined ? null : clients,
    verified: proof.sinceMs === null ? null : proof.verified,
    wrong: proof.wrong,
    sinceMs: proof.sinceMs,
    block: blockOf(timed?.streams ?? []),
    streams: last?.streams.length ?? 0,
  };
}

function blockOf(streams: readonly StreamMoment[]): Glance['block'] {
  const [first] = [...streams]
    .sort((a, b) => b.blocks - a.blocks)
    .filter(({ block_ms }) => block_ms !== null);
  if (first === undefined || first.block_ms === null) return null;
  return { stream: first.stream, ...first.block_ms };
}
