import { describe, expect, test } from 'vitest';
import { encodedSize } from '../../../src/stream/segment/encoded-messages.ts';
import { FRAMINGS } from '../../../src/stream/segment/framing.ts';
import { encodeSegment } from '../../../src/stream/segment/segment.ts';
import { SegmentCache } from '../../../src/stream/segment/segment-cache.ts';
import { SegmentMemory } from '../../../src/stream/segment/segment-memory.ts';
import { segmentSeries } from '../../../src/stream/segment/segment-series.ts';
import { LAST_SEQ, openStream, type Stream } from '../../../src/stream/stream.ts';
import { payloadsOf } from '../../simulation/frames.ts';

const seriesOf = (stream: Stream) => segmentSeries(stream, 'websocket');

/** A stream whose messages are of 30 KiB, and what was encoded of it: one message makes one segment of two. */
function watched(name = 'bytes?size=30000'): { stream: Stream; encoded: () => number[] } {
  const stream = openStream(name);
  let asked: number[] = [];
  const encode: Stream['encode'] = (firstSeq, count, framing, memory) => {
    for (let i = 0; i < count; i++) asked.push(firstSeq + i);
    return stream.encode(firstSeq, count, framing, memory);
  };
  const encoded = () => {
    const seqs = asked;
    asked = [];
    return seqs;
  };
  return { stream: { ...stream, encode }, encoded };
}

describe('SegmentCache', () => {
  test('makes a segment once, whichever of its messages is asked for', () => {
    const { stream, encoded } = watched();
    const source = new SegmentCache(1_000_000).source(stream, 'websocket');
    expect(source.series.span).toBe(2);
    encoded();
    const segment = source.segmentOf(5);
    expect(encoded()).toEqual([4, 5]);
    expect(source.segmentOf(4)).toBe(segment);
    expect(encoded()).toEqual([]);
    expect(payloadsOf(segment.bytes)).toEqual([4, 5].map((seq) => openStream(stream.name).message(seq)));
  });

  test('shares segments between sources of one stream, and keeps streams apart', () => {
    const cache = new SegmentCache(1_000_000);
    const one = cache.source(openStream('bytes?size=30000'), 'websocket');
    const same = cache.source(openStream('bytes?seed=1&size=30000'), 'websocket');
    const other = cache.source(openStream('bytes?size=30000&seed=2'), 'websocket');
    expect(same.segmentOf(0)).toBe(one.segmentOf(0));
    expect(other.segmentOf(0).bytes).not.toEqual(one.segmentOf(0).bytes);
  });

  test('makes no message to take in a stream of which it has segments', () => {
    const cache = new SegmentCache(1_000_000);
    const first = cache.source(openStream('bytes?size=30000'), 'websocket');
    first.segmentOf(0);
    const stream = openStream('bytes?size=30000');
    const message = () => expect.fail('a message was made');
    const second = cache.source({ ...stream, message }, 'websocket');
    expect(second.series).toBe(first.series);
    expect(second.stream).toBe(first.stream);
  });

  test('shares segments between sources of one framing, and keeps framings apart', () => {
    const cache = new SegmentCache(1_000_000);
    const stream = openStream('users');
    const texts = FRAMINGS.map((framing) => {
      const segment = cache.source(stream, framing).segmentOf(3);
      expect(cache.source(openStream('users'), framing).segmentOf(4)).toBe(segment);
      expect(segment.framing).toBe(framing);
      const { bytes } = segment.take(3, 4, 1);
      return Buffer.from(bytes).toString('latin1');
    });
    const record = Buffer.from(stream.message(3)).toString('latin1');
    const ends = texts.map((text) => text.replace(record, '·'));
    expect(ends.slice(1)).toEqual(['·\n', 'id: 3\ndata: ·\n\n', '·']);
    expect(ends[0]).toMatch(/^\x81\x7e..·$/s);
  });

  test('stays within its bound', () => {
    const limit = 200_000;
    const cache = new SegmentCache(limit);
    const sources = ['bytes?size=30000', 'users', 'bytes?size=5000'].map((name) =>
      cache.source(openStream(name), 'websocket'),
    );
    let most = 0;
    for (let index = 0; index < 8; index++) {
      for (const source of sources) {
        source.segmentOf(index * source.series.span);
        most = Math.max(most, cache.sizeBytes);
      }
    }
    expect(most).toBeLessThanOrEqual(limit);
    expect(most).toBeGreaterThan(limit / 2);
  });

  test('keeps what fills its bound exactly, and not a byte more', () => {
    const { stream, encoded } = watched();
    const measured = new SegmentCache(1_000_000);
    for (const seq of [0, 2]) measured.source(stream, 'websocket').segmentOf(seq);
    const kept = (limit: number) => {
      const source = new SegmentCache(limit).source(stream, 'websocket');
      for (const seq of [0, 2]) source.segmentOf(seq);
      encoded();
      source.segmentOf(0);
      return encoded().length === 0;
    };
    expect(kept(measured.sizeBytes)).toBe(true);
    expect(kept(measured.sizeBytes - 1)).toBe(false);
  });

  test('counts every array of a segment, and a segment once', () => {
    const cache = new SegmentCache(1_000_000);
    const source = cache.source(openStream('bytes'), 'websocket');
    const { bytes, offsets, payloadBytes, crcs } = source.segmentOf(0);
    source.segmentOf(1);
    const size = bytes.length + 4 * (offsets.length + payloadBytes.length + crcs.length);
    expect(cache.sizeBytes).toBe(size);
  });

  test('lets go what was not asked for since its last turn, the oldest first', () => {
    const { stream, encoded } = watched();
    const source = new SegmentCache(190_000).source(stream, 'websocket'); // three segments of 60 KB
    for (const seq of [0, 2, 4, 6]) source.segmentOf(seq); // the first goes
    source.segmentOf(2);
    source.segmentOf(8); // 4 goes, since 2 was asked for
    encoded();
    for (const seq of [2, 6, 8]) source.segmentOf(seq);
    expect(encoded()).toEqual([]);
    source.segmentOf(4);
    expect(encoded()).toEqual([4, 5]);
  });

  test('keeps what was made ahead until what is older has gone', () => {
    const { stream, encoded } = watched();
    const cache = new SegmentCache(190_000);
    const source = cache.source(stream, 'websocket');
    for (const seq of [0, 2]) source.segmentOf(seq);
    for (const seq of [0, 2]) source.segmentOf(seq);
    for (const index of [2, 3]) cache.add(seriesOf(stream), index, encodeSegment(seriesOf(stream), index));
    expect([0, 1, 2, 3].map((index) => cache.has(seriesOf(stream), index))).toEqual([
      false,
      true,
      true,
      true,
    ]);
    encoded();
    for (const seq of [4, 6]) source.segmentOf(seq);
    expect(encoded()).toEqual([]);
  });

  test('a segment that comes twice is kept once, as it came last', () => {
    const memory = new SegmentMemory(1);
    const { stream } = watched();
    const cache = new SegmentCache(1_000_000, memory);
    const first = cache.source(stream, 'websocket').segmentOf(0);
    expect(memory.take()).toBeUndefined();
    const again = encodeSegment(seriesOf(stream), 0);
    cache.add(seriesOf(stream), 0, again);
    expect(cache.source(stream, 'websocket').segmentOf(1)).toBe(again);
    expect(cache.sizeBytes).toBe(encodedSize(again));
    expect(memory.take()?.bytes.buffer).toBe(first.bytes.buffer);
  });

  test('keeps the newest even if it alone is beyond the bound', () => {
    const { stream, encoded } = watched();
    const cache = new SegmentCache(0);
    const source = cache.source(stream, 'websocket');
    const segment = source.segmentOf(0);
    encoded();
    expect(source.segmentOf(1)).toBe(segment);
    expect(encoded()).toEqual([]);
    source.segmentOf(2);
    encoded();
    source.segmentOf(0);
    expect(encoded()).toEqual([0, 1]);
    expect(cache.sizeBytes).toBeLessThan(61_000);
  });

  test('gives the last segment of a stream', () => {
    for (const name of ['bytes?size=30000', 'bytes?size=35', 'users']) {
      const source = new SegmentCache(1_000_000).source(openStream(name), 'websocket');
      const { firstSeq, count, bytes } = source.segmentOf(LAST_SEQ);
      expect(firstSeq + count - 1).toBe(LAST_SEQ);
      expect(firstSeq % source.series.span).toBe(0);
      expect(payloadsOf(bytes).at(-1)).toEqual(source.stream.message(LAST_SEQ));
    }
  });
});

describe('SegmentCache with memory', () => {
  const stream = openStream('bytes?size=30000'); // a segment of two messages
  const messages = (index: number) => [2 * index, 2 * index + 1].map((seq) => stream.message(seq));

  test('makes a segment where one that is gone was, and never where somebody still reads', () => {
    const memory = new SegmentMemory(3);
    const source = new SegmentCache(70_000, memory).source(stream, 'websocket'); // one segment
    const { bytes: first, hold } = source.segmentOf(0).take(0, 2, 100_000);
    const second = source.segmentOf(2).bytes;
    const third = source.segmentOf(4).bytes;
    const fourth = source.segmentOf(6).bytes;
    expect(third.byteOffset).not.toBe(first.byteOffset);
    expect(fourth.byteOffset).toBe(second.byteOffset);
    expect(payloadsOf(first)).toEqual(messages(0));
    expect(payloadsOf(fourth)).toEqual(messages(3));
    hold?.release();
    expect(source.segmentOf(8).bytes.byteOffset).toBe(first.byteOffset);
  });

  test('a segment that no piece is large enough for has memory of its own, and the piece stays for others', () => {
    const memory = new SegmentMemory(1);
    const large = openStream('bytes?size=200000');
    const cache = new SegmentCache(1_000_000, memory);
    expect(payloadsOf(cache.source(large, 'websocket').segmentOf(0).bytes)).toEqual([large.message(0)]);
    expect(cache.source(stream, 'websocket').segmentOf(0).bytes.buffer).toBe(memory.buffer);
  });

  test('a segment takes the place of another one before it takes more memory, though the bound lets it', () => {
    const memory = new SegmentMemory(3);
    const cache = new SegmentCache(1_000_000, memory);
    const source = cache.source(stream, 'websocket');
    for (let index = 0; index < 10; index++) {
      const { bytes } = source.segmentOf(2 * index);
      expect(bytes.buffer).toBe(memory.buffer);
      expect(payloadsOf(bytes)).toEqual(messages(index));
    }
    expect(cache.sizeBytes).toBeLessThanOrEqual(3 * 61_000);
    expect([7, 8, 9].every((index) => cache.has(seriesOf(stream), index))).toBe(true);
  });

  test('without a piece that is free, segments are made all the same', () => {
    const memory = new SegmentMemory(1);
    memory.take(); // by somebody who keeps it
    const source = new SegmentCache(1_000_000, memory).source(stream, 'websocket');
    for (const index of [0, 1, 2])
      expect(payloadsOf(source.segmentOf(2 * index).bytes)).toEqual(messages(index));
    for (const index of [2, 1, 0])
      expect(payloadsOf(source.segmentOf(2 * index).bytes)).toEqual(messages(index));
  });
});
