import { describe, expect, test } from 'vitest';
import { Delivery } from '../../src/delivery/delivery.ts';
import { LIVE_EPOCH_MS } from '../../src/delivery/schedule.ts';
import { LIMITS } from '../../src/session/limits.ts';
import { parseStreamRequest } from '../../src/session/stream-request.ts';
import { SegmentCache, type SegmentSource } from '../../src/stream/segment/segment-cache.ts';
import { SegmentMemory } from '../../src/stream/segment/segment-memory.ts';
import { leadingSeq } from '../../src/stream/seq-prefix.ts';
import { openStream } from '../../src/stream/stream.ts';
import { at, WALL_MS } from '../session/at.ts';
import { payloadsOf } from '../simulation/frames.ts';

const BUDGET_BYTES = LIMITS.turnBytes;
const STREAM = openStream('bytes?size=100&seed=7');

/** A delivery that begins at 0 ms. */
function begun(query = '', options: { wallMs?: number; source?: SegmentSource } = {}): Delivery {
  const { wallMs = WALL_MS } = options;
  const request = parseStreamRequest(`/bytes?size=100&seed=7&${query}`, { seed: 1, ratePerSecond: 10 });
  const source = options.source ?? new SegmentCache(10_000_000).source(request.stream, 'websocket');
  return new Delivery(request, source, { wallMs, monotonicMs: 0 });
}

/** The seqs of all that is due at a moment. */
function taken(delivery: Delivery, ms: number): (number | undefined)[] {
  const seqs: (number | undefined)[] = [];
  for (;;) {
    const messages = delivery.take(at(ms), BUDGET_BYTES);
    if (messages === undefined) return seqs;
    seqs.push(...payloadsOf(messages.bytes).map((payload) => leadingSeq(payload)));
  }
}

describe('messages', () => {
  test('come when they are due, each once', () => {
    const delivery = begun('from=5');
    expect(taken(delivery, 0)).toEqual([5]);
    expect(taken(delivery, 99)).toEqual([]);
    expect(delivery.wakeMs).toBe(100);
    expect(taken(delivery, 100)).toEqual([6]);
    expect(delivery.messages).toBe(2);
  });

  test('come as the profile says', () => {
    const bursts = begun('from=5&profile=burst:3');
    expect(taken(bursts, 0)).toEqual([5, 6, 7]);
    expect(bursts.wakeMs).toBe(300);
    expect(taken(bursts, 299)).toEqual([]);
    expect(taken(bursts, 300)).toEqual([8, 9, 10]);
    // N(t) = 10 t + t^2 is 11 at 1 s.
    const ramp = begun('from=5&profile=ramp:10-30/10s');
    expect(taken(ramp, 999)).toHaveLength(11);
    expect(taken(ramp, 1000.001)).toEqual([16]);
  });

  test('of a profile are those of the live schedule with from=live', () => {
    // Ten days into the schedule; at 10 a second bursts of 50 begin every 5 s.
    const wallMs = LIVE_EPOCH_MS + 864_000_000 + 1000;
    const delivery = begun('from=live&profile=burst:50', { wallMs });
    expect(delivery.from).toBe(8_640_050);
    expect(delivery.wakeMs).toBe(4000);
    expect(taken(delivery, 3999)).toEqual([]);
    expect(taken(delivery, 4000)).toHaveLength(50);
    const overdue = begun('from=live:8640010&profile=burst:50', { wallMs });
    expect(taken(overdue, 0)).toHaveLength(40);
  });

  test('do not drift: 10 minutes of late turns end on the schedule of the profile', () => {
    const delivery = begun('rate=333.3&profile=sine:0.5/60s');
    let ms = 0;
    for (let turn = 0; ms < 600_000; turn++) {
      ms = Math.min(Math.max(ms, delivery.wakeMs) + ((turn * 7919) % 31), 600_000);
      while (delivery.take(at(ms), BUDGET_BYTES) !== undefined);
    }
    expect(Math.abs(delivery.messages - 333.3 * 600)).toBeLessThanOrEqual(1);
  });

  test('of a client that fell behind are caught up with, without a gap', () => {
    const delivery = begun();
    expect(taken(delivery, 0)).toEqual([0]);
    expect(taken(delivery, 1050)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test('are exactly those of the stream, as text', () => {
    const frames = begun().take(at(300), BUDGET_BYTES)?.bytes ?? new Uint8Array();
    expect(frames[0]).toBe(0x81);
    expect(payloadsOf(frames).map((payload) => [...payload])).toEqual(
      [0, 1, 2, 3].map((seq) => [...STREAM.message(seq)]),
    );
  });

  test('keep to the budget, but for one that is larger than it', () => {
    const delivery = begun('rate=max');
    const sizes = [1, 101, 102, 203, 204, 510].map((budgetBytes) => {
      return payloadsOf(delivery.take(at(0), budgetBytes)?.bytes ?? new Uint8Array()).length;
    });
    expect(sizes).toEqual([1, 1, 1, 1, 2, 5]);
  });

  test('come from one segment at a time', () => {
    const delivery = begun('rate=max&count=2000');
    const { span } = delivery.source.series;
    const first = delivery.take(at(0), BUDGET_BYTES)?.bytes ?? new Uint8Array();
    expect(payloadsOf(first)).toHaveLength(span);
    expect(taken(delivery, 0)).toHaveLength(2000 - span);
  });
});

describe('how far it is behind its schedule', () => {
  test('is how long the next message has been due', () => {
    const delivery = begun('rate=10&count=3');
    expect(delivery.lagMs(at(0))).toBe(0);
    expect(delivery.lagMs(at(30))).toBe(30);
    taken(delivery, 30);
    expect(delivery.lagMs(at(99))).toBe(0);
    expect(delivery.lagMs(at(250))).toBe(150);
    taken(delivery, 250);
    expect(delivery.done).toBe(true);
    expect(delivery.lagMs(at(9999))).toBe(0);
  });

  test('was, for the last take, how long its first message had been due', () => {
    const delivery = begun('rate=10');
    expect(delivery.lateMs).toBeUndefined();
    taken(delivery, 30);
    expect(delivery.lateMs).toBe(30);
    taken(delivery, 99);
    expect(delivery.lateMs).toBe(30);
    taken(delivery, 350);
    expect(delivery.lateMs).toBe(250);
  });

  test('is not known without a rate, where nothing is due at a time', () => {
    const delivery = begun('rate=max&count=3');
    expect(delivery.lagMs(at(50))).toBeUndefined();
    taken(delivery, 50);
    expect(delivery.lateMs).toBeUndefined();
  });
});

describe('the count', () => {
  test('ends the messages', () => {
    const delivery = begun('count=3&from=5');
    expect(delivery.done).toBe(false);
    expect(taken(delivery, 10_000)).toEqual([5, 6, 7]);
    expect(delivery.done).toBe(true);
    expect(delivery.messages).toBe(3);
  });

  test('of 0 is finished at once', () => {
    const delivery = begun('count=0');
    expect(delivery.done).toBe(true);
    expect(taken(delivery, 1000)).toEqual([]);
  });
});

describe('live', () => {
  const wallMs = LIVE_EPOCH_MS + 10_050;

  test('begins with the next message that is due on the wall clock', () => {
    const delivery = begun('from=live', { wallMs });
    expect(delivery.from).toBe(101);
    expect([delivery.from, delivery.startWallMs]).toEqual([101, LIVE_EPOCH_MS + 10_100]);
    expect(taken(delivery, 49)).toEqual([]);
    expect(taken(delivery, 50)).toEqual([101]);
    expect(taken(delivery, 250)).toEqual([102, 103]);
  });

  test('live:SEQ goes on from a seq and catches up', () => {
    const delivery = begun('from=live:98', { wallMs });
    expect(taken(delivery, 0)).toEqual([98, 99, 100]);
    expect(taken(delivery, 50)).toEqual([101]);
    expect([delivery.from, delivery.startWallMs]).toEqual([98, LIVE_EPOCH_MS + 9800]);
  });

  test('live:SEQ of the future waits for it', () => {
    const delivery = begun('from=live:110', { wallMs });
    expect(taken(delivery, 949)).toEqual([]);
    expect(delivery.wakeMs).toBe(950);
    expect(taken(delivery, 950)).toEqual([110]);
  });

  test('counts from its own first message', () => {
    expect(taken(begun('from=live&count=2', { wallMs }), 10_000)).toEqual([101, 102]);
  });
});

describe('a source that makes segments ahead', () => {
  const source = new SegmentCache(10_000_000).source(STREAM, 'websocket');
  let made = false;
  const asked: number[][] = [];
  const ahead: SegmentSource = {
    stream: STREAM,
    series: source.series,
    segmentOf: (seq) => source.segmentOf(seq),
    readAhead: (from, before) => {
      asked.push([from, before]);
      return made;
    },
  };

  test('is asked for what is due soon, and waited for without an alarm', () => {
    const delivery = begun('rate=100', { source: ahead });
    expect(taken(delivery, 0)).toEqual([]);
    expect(asked).toEqual([[0, 11]]);
    expect(delivery.hasDue(at(0))).toBe(true);
    expect(delivery.wakeMs).toBe(Number.POSITIVE_INFINITY);
    made = true;
    expect(taken(delivery, 0)).toEqual([0]);
    expect(delivery.wakeMs).toBe(10);
  });
});

test('what is taken is held until it is released', () => {
  const memory = new SegmentMemory(1);
  const source = new SegmentCache(1, memory).source(STREAM, 'websocket');
  const delivery = begun('rate=max', { source });
  const first = delivery.take(at(0), BUDGET_BYTES);
  expect(first?.hold).toBeDefined();
  const before = first?.bytes.slice();
  delivery.take(at(0), BUDGET_BYTES);
  expect(first?.bytes).toEqual(before);
});

test('the first message is due when the schedule says', () => {
  const delivery = begun('profile=jitter');
  expect(delivery.startWallMs).toBe(WALL_MS + delivery.wakeMs);
});

describe('a message that is larger than a part', () => {
  const PART_BYTES = 300;
  const name = 'size=1000&seed=7';
  const request = (query: string) =>
    parseStreamRequest(`/bytes?${name}&${query}`, { seed: 1, ratePerSecond: 10 });

  test('is taken in parts, and the cursor moves with the last, though it is made again for each', () => {
    const asked = request('from=3&count=2');
    const fresh = () => new SegmentCache(10_000_000).source(asked.stream, 'websocket');
    const source: SegmentSource = { ...fresh(), segmentOf: (seq) => fresh().segmentOf(seq) };
    const delivery = new Delivery(asked, source, { wallMs: WALL_MS, monotonicMs: 0 });
    const parts: Uint8Array[] = [];
    while (delivery.hasDue(at(0))) {
      const { bytes, part = { from: 0, to: 0 } } =
        delivery.take(at(0), PART_BYTES, PART_BYTES) ?? expect.fail();
      parts.push(bytes.subarray(part.from, part.to));
      expect(delivery.midMessage).toBe(part.to < bytes.length);
      expect(delivery.messages).toBe(part.to < bytes.length ? 0 : 1);
    }
    expect(parts.map(({ length }) => length)).toEqual([300, 300, 300, 104]);
    expect(payloadsOf(Uint8Array.from(parts.flatMap((part) => [...part])))).toEqual([
      openStream(`bytes?${name}`).message(3),
    ]);
    expect(delivery.done).toBe(false);
    expect(delivery.wakeMs).toBe(100);
  });

  test('of which a part was taken is gone on with, though no more parts are asked for', () => {
    const delivery = new Delivery(
      request('rate=max'),
      new SegmentCache(10_000_000).source(request('').stream, 'websocket'),
      {
        ...{ wallMs: WALL_MS, monotonicMs: 0 },
      },
    );
    expect(delivery.take(at(0), PART_BYTES, PART_BYTES)?.part).toEqual({ from: 0, to: 300 });
    const rest = delivery.take(at(0), BUDGET_BYTES);
    expect([rest?.part, rest?.bytes.length, delivery.cursor]).toEqual([{ from: 300, to: 1004 }, 1004, 1]);
    const next = delivery.take(at(0), 1500, PART_BYTES);
    expect(next?.part).toEqual({ from: 0, to: 300 });
  });

  test('is whole among messages that are smaller', () => {
    const source = new SegmentCache(10_000_000).source(request('').stream, 'websocket');
    const delivery = new Delivery(request('rate=max'), source, { wallMs: WALL_MS, monotonicMs: 0 });
    expect(delivery.take(at(0), 2100, 1004)?.part).toBeUndefined();
    expect(delivery.cursor).toBe(2);
  });
});
