import type { Counts, KindCounts } from '../clients/counts.ts';
import type { ProcessFigures } from './process-figures.ts';

/** A histogram as Prometheus has them: how many values were at most each bound, and at last all of them, and their sum. */
export interface BucketSums {
  readonly bounds: readonly number[];
  readonly cumulative: readonly number[];
  readonly sum: number;
}

/** The totals of one kind of stream. */
export interface KindFigures extends Pick<KindCounts, 'messages' | 'bytes' | 'verified' | 'mismatched'> {
  readonly blockSeconds: BucketSums;
  readonly latenessSeconds: BucketSums;
}

/** What was counted since a server began, as plain data that can be added up. */
export interface ServerTotals {
  readonly clients: number;
  readonly resumes: number;
  readonly kinds: Readonly<Record<string, KindFigures>>;
  readonly connections: Readonly<Record<string, number>>;
  readonly refusals: Readonly<Record<string, number>>;
  readonly cache: { readonly hits: number; readonly misses: number; readonly sizeBytes: number };
}

/** What a member measured of itself. */
export interface Measured {
  readonly totals: ServerTotals;
  readonly process: ProcessFigures;
}

export function totalsOf(counts: Counts, clients: number, cache: ServerTotals['cache']): ServerTotals {
  const { kinds, connections, refusals, resumes } = counts;
  return {
    ...{ clients, resumes, connections: { ...connections }, refusals: { ...refusals } },
    kinds: Object.fromEntries(Object.entries(kinds).map(([kind, figures]) => [kind, figuresOf(figures)])),
    cache: { hits: cache.hits, misses: cache.misses, sizeBytes: cache.sizeBytes },
  };
}

/** Adds up the totals of members. Their version is one, so that their kinds and bounds are, too. */
export function sumOfTotals([first, ...others]: readonly [ServerTotals, ...ServerTotals[]]): ServerTotals {
  return others.reduce(
    (all, next) => ({
      clients: all.clients + next.clients,
      resumes: all.resumes + next.resumes,
      kinds: merged(all.kinds, next.kinds, sumOfKinds),
      connections: merged(all.connections, next.connections, sum),
      refusals: merged(all.refusals, next.refusals, sum),
      cache: {
        hits: all.cache.hits + next.cache.hits,
        misses: all.cache.misses + next.cache.misses,
        sizeBytes: all.cache.sizeBytes + next.cache.sizeBytes,
      },
    }),
    first,
  );
}

function figuresOf(counts: KindCounts): KindFigures {
  const { messages, bytes, verified, mismatched, blockSeconds, latenessSeconds } = counts;
  const plain = ({ bounds, cumulative, sum }: BucketSums): BucketSums => ({ bounds, cumulative, sum });
  return {
    ...{ messages, bytes, verified, mismatched },
    blockSeconds: plain(blockSeconds),
    latenessSeconds: plain(latenessSeconds),
  };
}

function sumOfKinds(a: KindFigures, b: KindFigures): KindFigures {
  return {
    messages: a.messages + b.messages,
    bytes: a.bytes + b.bytes,
    verified: a.verified + b.verified,
    mismatched: a.mismatched + b.mismatched,
    blockSeconds: sumOfHistograms(a.blockSeconds, b.blockSeconds),
    latenessSeconds: sumOfHistograms(a.latenessSeconds, b.latenessSeconds),
  };
}

function sumOfHistograms(a: BucketSums, b: BucketSums): BucketSums {
  const cumulative = a.cumulative.map((count, index) => count + (b.cumulative[index] ?? 0));
  return { bounds: a.bounds, cumulative, sum: a.sum + b.sum };
}

function sum(a: number, b: number): number {
  return a + b;
}

function merged<T>(
  a: Readonly<Record<string, T>>,
  b: Readonly<Record<string, T>>,
  add: (a: T, b: T) => T,
): Readonly<Record<string, T>> {
  const all = { ...a };
  for (const [name, value] of Object.entries(b)) {
    const before = all[name];
    all[name] = before === undefined ? value : add(before, value);
  }
  return all;
}
