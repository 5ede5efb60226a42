import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SeenSeqs } from '../../../src/verify/place/seen-seqs.ts';

const PAGE_SEQS = 32_768;

function seen(from: number, seqs: Iterable<number>, end?: number) {
  const ranges: [number, number][] = [];
  const set = new SeenSeqs(from, (first, last) => ranges.push([first, last]));
  const fresh = Array.from(seqs, (seq) => set.add(seq));
  const { missing } = set;
  set.finish(end ?? set.end);
  return { set, ranges, missing, fresh };
}

test('tells what is missing, across borders of pages, and what comes twice', () => {
  const seqs = [10, 11, 14, 11, PAGE_SEQS + 1, 3 * PAGE_SEQS];
  const { ranges, missing, fresh, set } = seen(10, seqs, 3 * PAGE_SEQS + 5);
  expect(fresh).toEqual([true, true, true, false, true, true]);
  expect(ranges).toEqual([
    [12, 13],
    [15, PAGE_SEQS],
    [PAGE_SEQS + 2, 3 * PAGE_SEQS - 1],
    [3 * PAGE_SEQS + 1, 3 * PAGE_SEQS + 4],
  ]);
  expect(missing).toBe(3 * PAGE_SEQS + 1 - 10 - 5);
  expect(set.end).toBe(3 * PAGE_SEQS + 1);
});

test('one seq that is missing in a page is missing, and a whole page is not', () => {
  const seqs = Array.from({ length: 3 * PAGE_SEQS }, (_, seq) => seq).filter((seq) => seq !== PAGE_SEQS + 7);
  const { ranges, missing, fresh } = seen(0, [...seqs, 5, PAGE_SEQS + 8]);
  expect(ranges).toEqual([[PAGE_SEQS + 7, PAGE_SEQS + 7]]);
  expect(missing).toBe(1);
  expect(fresh.slice(-2)).toEqual([false, false]);
});

test('counts as a plain set does', () => {
  const offsets = fc.array(fc.nat(3 * PAGE_SEQS), { maxLength: 200 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 40 }), offsets, (from, list) => {
      const seqs = list.map((offset) => from + offset);
      const oracle = new Set(seqs);
      const { ranges, missing, set } = seen(from, seqs);
      expect(set.end).toBe(Math.max(from - 1, ...seqs) + 1);
      expect(missing).toBe(set.end - from - oracle.size);
      expect(ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0)).toBe(missing);
      for (const [first, last] of ranges) {
        expect(oracle.has(first) || oracle.has(last)).toBe(false);
        expect(first === from || oracle.has(first - 1)).toBe(true);
        expect(oracle.has(last + 1)).toBe(true);
      }
    }),
  );
});

test('settles the lowest pages when too many have gaps, and forgets nothing of what it told', () => {
  const pages = 16_390;
  const seqs = Array.from({ length: pages }, (_, page) => page * PAGE_SEQS);
  const { ranges, missing, fresh } = seen(0, [...seqs, 1]);
  expect(ranges[0]).toEqual([1, PAGE_SEQS - 1]);
  expect(ranges).toHaveLength(pages - 1);
  expect(missing).toBe((pages - 1) * (PAGE_SEQS - 1));
  expect(fresh.at(-1)).toBe(false); // too late to be told from a repeat
});

test('takes no longer for each seq when pages with one seq each are many', () => {
  // A look at each of the 16,384 pages that are open, for each that is settled, would take minutes.
  const pages = 30_000;
  const seqs = Array.from({ length: pages }, (_, page) => page * PAGE_SEQS);
  const { missing, ranges } = seen(0, seqs);
  expect(missing).toBe((pages - 1) * (PAGE_SEQS - 1));
  expect(ranges).toHaveLength(pages - 1);
});

test('counts as a plain set does while pages are settled, whatever the order', () => {
  const spread = fc.array(fc.nat(40_000), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(fc.nat(100_000), spread, (from, list) => {
      const full = Array.from({ length: 2 * PAGE_SEQS }, (_, offset) => from + offset);
      const seqs = [...full, ...list.map((offset) => from + PAGE_SEQS + offset * 40)];
      const oracle = new Set<number>();
      const fresh = seqs.map((seq) => !oracle.has(seq) && oracle.add(seq) !== undefined);
      const result = seen(from, seqs);
      expect(result.fresh.every((each, index) => each === fresh[index])).toBe(true);
      expect(result.missing).toBe(result.set.end - from - oracle.size);
      expect(result.ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0)).toBe(result.missing);
    }),
    { numRuns: 8 },
  );
});
