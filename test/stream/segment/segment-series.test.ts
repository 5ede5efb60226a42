import { describe, expect, test } from 'vitest';
import { FRAMINGS } from '../../../src/stream/segment/framing.ts';
import { segmentSeries } from '../../../src/stream/segment/segment-series.ts';
import { openStream, type Stream } from '../../../src/stream/stream.ts';

const spanOf = (stream: Stream) => segmentSeries(stream, 'websocket').span;

describe('segmentSeries', () => {
  test.each(['users', 'bytes?size=35', 'bytes', 'bytes?size=65536', 'bytes?size=1048576'])(
    '%s: spans a power of two, of about 64 KiB in any framing',
    (name) => {
      const stream = openStream(name);
      for (const framing of FRAMINGS) {
        const { span, segmentBytes } = segmentSeries(stream, framing);
        expect(Number.isInteger(Math.log2(span))).toBe(true);
        expect(span === 1 || segmentBytes < 93_000).toBe(true);
        expect(segmentBytes).toBeGreaterThan(46_000);
        expect(segmentBytes).toBeGreaterThanOrEqual(span * stream.message(0).length);
      }
    },
  );

  test('spans one of the greatest messages, and never more than 4096', () => {
    expect(spanOf(openStream('bytes?size=1048576'))).toBe(1);
    const tiny: Stream = { ...openStream('bytes'), message: () => Uint8Array.of(0x30) };
    expect(spanOf(tiny)).toBe(4096);
  });

  test('has a key for each stream and framing', () => {
    const names = ['users', 'users?seed=2', 'bytes'];
    const keys = names.flatMap((name) =>
      FRAMINGS.map((framing) => segmentSeries(openStream(name), framing).key),
    );
    expect(new Set(keys).size).toBe(names.length * FRAMINGS.length);
    expect(segmentSeries(openStream('users?seed=1'), 'lines').key).toBe(keys[1]);
  });

  test('takes the first message of a stream to tell their size, once', () => {
    const stream = openStream('arrays?shape=100');
    const made: number[] = [];
    const message = (seq: number) => {
      made.push(seq);
      return stream.message(seq);
    };
    const { span, segmentBytes } = segmentSeries({ ...stream, message }, 'websocket');
    expect(segmentBytes).toBe(span * (stream.message(0).length + 4));
    expect(made).toEqual([0]);
  });

  test.each(['lines', 'events'] as const)('%s of binary messages are refused in a sentence', (framing) => {
    const binary = openStream('arrays?encoding=npy');
    const sentence = `framing must be websocket or payload for binary messages, got "${framing}"`;
    expect(() => segmentSeries(binary, framing)).toThrow(sentence);
    expect(() => binary.encode(0, 1, framing)).toThrow(sentence);
  });
});
