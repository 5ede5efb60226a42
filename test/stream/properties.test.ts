import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openStream, type Stream } from '../../src/stream/stream.ts';

/** What holds for every stream there is. The seed of the search is fixed, so that a run is the same each time. */
const SEARCH = { seed: 20_260_101, numRuns: 60 };

const size = fc.integer({ min: 35, max: 400 }).map((bytes) => `bytes?size=${bytes}&`);
const array = fc
  .record({
    dtype: fc.constantFrom('int8', 'uint16', 'int32', 'float32', 'float64'),
    shape: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }),
    encoding: fc.constantFrom('json', 'npy'),
  })
  .map(({ dtype, shape, encoding }) => `arrays?dtype=${dtype}&shape=${shape}&encoding=${encoding}&`);
const distribution = fc
  .record({
    dist: fc.constantFrom('uniform', 'normal', 'exponential'),
    decimals: fc.integer({ min: 0, max: 9 }),
  })
  .map(({ dist, decimals }) => `arrays?dist=${dist}&decimals=${decimals}&`);

const seed = fc.oneof(
  fc.integer({ min: 0, max: 50 }),
  fc.integer({ min: 2 ** 32 - 2, max: 2 ** 32 + 2 }),
  fc.integer({ min: 2 ** 53 - 50, max: 2 ** 53 - 1 }),
);
const seq = fc.oneof(
  fc.integer({ min: 0, max: 200 }),
  fc.integer({ min: 2 ** 32 - 100, max: 2 ** 32 + 100 }),
  fc.integer({ min: 2 ** 53 - 200, max: 2 ** 53 - 1 }),
);
const name = fc
  .tuple(fc.oneof(fc.constant('users?'), size, array, distribution), seed)
  .map(([start, number]) => `${start}seed=${number}`);

function hex(stream: Stream, at: number): string {
  return Buffer.from(stream.message(at)).toString('hex');
}

describe('every stream', () => {
  test('gives the same bytes each time, however it is opened', () => {
    fc.assert(
      fc.property(name, seq, (opened, at) => {
        const stream = openStream(opened);
        const first = hex(stream, at);
        expect(hex(stream, at)).toBe(first);
        expect(hex(openStream(stream.name), at)).toBe(first);
      }),
      SEARCH,
    );
  });

  test('does not remember what it was asked before', () => {
    fc.assert(
      fc.property(name, seq, fc.array(seq, { maxLength: 5 }), (opened, at, before) => {
        const used = openStream(opened);
        for (const earlier of before) used.message(earlier);
        expect(hex(used, at)).toBe(hex(openStream(opened), at));
      }),
      SEARCH,
    );
  });

  test('gives bytes of their own, which a caller may overwrite', () => {
    fc.assert(
      fc.property(name, seq, (opened, at) => {
        const stream = openStream(opened);
        const expected = hex(stream, at);
        stream.message(at).fill(0);
        expect(hex(stream, at)).toBe(expected);
      }),
      SEARCH,
    );
  });

  test('of text is JSON on one line and begins with its seq', () => {
    fc.assert(
      fc.property(name, seq, (opened, at) => {
        const stream = openStream(opened);
        fc.pre(stream.text);
        const text = new TextDecoder('utf-8', { fatal: true }).decode(stream.message(at));
        expect(text.startsWith(`{"seq":${at},`)).toBe(true);
        expect(text).not.toMatch(/[\n\r]/);
        expect(JSON.parse(text).seq).toBe(at);
      }),
      SEARCH,
    );
  });
});
