import type { Moment, StreamMoment } from '../../server/live/live-line.ts';

/** What went to clients of late, and what they reported. */
export interface Totals {
  readonly messagesPerSecond: number;
  readonly bytesPerSecond: number;
  readonly blocksPerSecond: number;
  /** Blocks that were wrong, in all of the time that is known. */
  readonly mismatched: number;
  /** How long blocks took; undefined if there were none. */
  readonly blockMs: { readonly median: number; readonly p99: number } | undefined;
}

export interface StreamTotals extends Totals {
  readonly stream: string;
  readonly clients: number;
}

/** Seconds over which rates are taken, and block times. */
const RATE_SECONDS = 5;
export const BLOCK_SECONDS = 60;

export function totalsOf(moments: readonly Moment[]): Totals {
  return totals(moments, () => true);
}

/** The same of each stream that has clients, the busiest first. */
export function totalsByStream(moments: readonly Moment[]): StreamTotals[] {
  const now = moments.at(-1)?.streams ?? [];
  return now
    .filter(({ clients }) => clients > 0)
    .map(({ stream, clients }) => ({
      ...{ stream, clients },
      ...totals(moments, (each) => each.stream === stream),
    }))
    .sort((a, b) => b.messagesPerSecond - a.messagesPerSecond || (a.stream < b.stream ? -1 : 1));
}

function totals(moments: readonly Moment[], counts: (each: StreamMoment) => boolean): Totals {
  const lately = lastOf(moments, RATE_SECONDS);
  const seconds = lately.reduce((sum, { interval_ms }) => sum + interval_ms, 0) / 1000;
  const perSecond = (read: (each: StreamMoment) => number) =>
    seconds === 0 ? 0 : sumOf(lately, counts, read) / seconds;
  return {
    messagesPerSecond: perSecond(({ messages }) => messages),
    bytesPerSecond: perSecond(({ bytes }) => bytes),
    blocksPerSecond: perSecond(({ blocks }) => blocks),
    mismatched: sumOf(moments, counts, ({ mismatched }) => mismatched),
    blockMs: blockTimes(lastOf(moments, BLOCK_SECONDS).flatMap(({ streams }) => streams.filter(counts))),
  };
}

/** The moments of the last so many seconds; fewer if there was an outage in them. */
function lastOf(moments: readonly Moment[], seconds: number): readonly Moment[] {
  const fromMs = (moments.at(-1)?.at_ms ?? 0) - (seconds - 0.5) * 1000;
  return moments.filter(({ at_ms }) => at_ms > fromMs);
}

function sumOf(
  moments: readonly Moment[],
  counts: (each: StreamMoment) => boolean,
  read: (each: StreamMoment) => number,
): number {
  let sum = 0;
  for (const { streams } of moments) for (const each of streams) if (counts(each)) sum += read(each);
  return sum;
}

/**
 * The median and the 99th percentile of all blocks, as near as those of each second and stream tell. Of a second with few blocks
 * the 99th percentile is its slowest block; of one with many, two in a hundred are taken to lie about it.
 */
function blockTimes(parts: readonly StreamMoment[]): Totals['blockMs'] {
  const medians: [ms: number, blocks: number][] = [];
  const points: [ms: number, blocks: number][] = [];
  for (const { block_ms, blocks, mismatched } of parts) {
    const right = blocks - mismatched;
    if (block_ms === null || right <= 0) continue;
    const slow = Math.max(1, 0.02 * right);
    medians.push([block_ms.median, right]);
    points.push([block_ms.p99, slow], [block_ms.median, right - slow]);
  }
  const median = weightedQuantile(medians, 0.5);
  const p99 = weightedQuantile(points, 0.99);
  return median === undefined || p99 === undefined ? undefined : { median, p99 };
}

function weightedQuantile(
  points: readonly [ms: number, weight: number][],
  share: number,
): number | undefined {
  const sorted = points.filter(([, weight]) => weight > 0).sort(([a], [b]) => a - b);
  const all = sorted.reduce((sum, [, weight]) => sum + weight, 0);
  let below = 0;
  for (const [ms, weight] of sorted) {
    below += weight;
    if (below >= share * all) return ms;
  }
  return sorted.at(-1)?.[0];
}
