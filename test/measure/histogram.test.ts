import fc from 'fast-check';
import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import { describe, expect, test } from 'vitest';
import { Histogram } from '../../src/measure/histogram.ts';
import { decodeHdr, encodeHdr } from '../../src/run-file/hdr-encoding.ts';

const values = fc.array(fc.oneof(fc.nat(5000), fc.integer({ min: 0, max: 2 ** 40 })), {
  minLength: 1,
  maxLength: 300,
});

function histogramOf(recorded: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of recorded) histogram.record(value);
  return histogram;
}

describe('a histogram', () => {
  test('gives each quantile to 0.1 %', () => {
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (recorded, q) => {
        const sorted = recorded.toSorted((a, b) => a - b);
        const exact = sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0;
        expect(Math.abs(histogramOf(recorded).quantile(q) - exact)).toBeLessThanOrEqual(exact / 1000);
      }),
    );
  });

  test('keeps the count, and the mean as the values came', () => {
    const histogram = histogramOf([1.5, -0.5, 1_000_003]);
    expect([histogram.count, histogram.mean]).toEqual([3, 1_000_004 / 3]);
    expect([new Histogram().mean, new Histogram().quantile(0.5)]).toEqual([0, 0]);
  });

  test('takes what is below 0 for 0, and what is beyond its highest for that', () => {
    expect(histogramOf([-5]).quantile(1)).toBe(0);
    const most = histogramOf([2 ** 50]).quantile(1);
    expect(Math.abs(most - Histogram.HIGHEST) / Histogram.HIGHEST).toBeLessThan(0.001);
  });

  test('added to another is that of all values', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const both = histogramOf(a);
        both.add(histogramOf(b));
        expect(both.counts).toEqual(histogramOf([...a, ...b]).counts);
      }),
    );
  });
});

describe('the encoding of HdrHistogram', () => {
  test('comes back as it was', () => {
    fc.assert(
      fc.property(values, (recorded) => {
        const histogram = histogramOf(recorded);
        const back = decodeHdr(encodeHdr(histogram), histogram.mean);
        expect(back.counts).toEqual(histogram.counts);
        expect(back.mean).toBeCloseTo(histogram.mean, 3);
      }),
    );
  });

  test('is read by HdrHistogramJS, and so is its by ours', () => {
    const known = fc.array(fc.integer({ min: 0, max: 2 ** 40 }), { minLength: 1, maxLength: 100 });
    fc.assert(
      fc.property(known, (recorded) => {
        const theirs = build({ lowestDiscernibleValue: 1, highestTrackableValue: Histogram.HIGHEST });
        for (const value of recorded) theirs.recordValue(value);
        const ours = histogramOf(recorded);
        const read = decodeFromCompressedBase64(encodeHdr(ours));
        for (const percent of [0, 25, 50, 90, 99, 100]) {
          expect(read.getValueAtPercentile(percent)).toBe(theirs.getValueAtPercentile(percent));
        }
        expect(read.totalCount).toBe(recorded.length);
        expect(decodeHdr(encodeIntoCompressedBase64(theirs), 0).counts).toEqual(ours.counts);
      }),
    );
  });

  test.each(['AAAA', '', 'HISTEwAAAAA='])('refuses %j', (text) => {
    expect(() => decodeHdr(text, 0)).toThrow(/HdrHistogram/);
  });
});
