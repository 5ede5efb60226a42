import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BlockTimer } from '../../src/measure/block-timer.ts';
import type { Block } from '../../src/measure/finished-block.ts';
import type { Instant } from '../../src/measure/instant.ts';
import { MessageBatch } from '../../src/measure/message-batch.ts';
import { at, WALL_MS } from '../session/at.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

/** Takes one message, in a batch of its own. */
function add(
  timer: BlockTimer,
  { seq, payload, text }: { seq: number; payload: Uint8Array; text: boolean },
  { before, after }: { before: number; after: number },
  now: Instant,
): Block | undefined {
  return timer.add(MessageBatch.of(payload, text), { count: 1, firstSeq: seq, before, after }, now);
}

/** A run of one message, which is the one that was due. */
const due = (seq: number) => ({ count: 1, firstSeq: seq, before: seq, after: seq + 1 });

/** Message `seq`, which is the one that was due. */
function message(seq: number, payload = bytes(`{"seq":${seq}}`), text = true) {
  return [
    { seq, payload, text },
    { before: seq, after: seq + 1 },
  ] as const;
}

/** Takes one message that is due at each of these moments; gives the blocks that they finish. */
function taken(timer: BlockTimer, firstSeq: number, momentsMs: readonly number[]): Block[] {
  return momentsMs.flatMap((ms, index) => add(timer, ...message(firstSeq + index), at(ms)) ?? []);
}

describe('a block', () => {
  test('is full with its last message, and says all about it', () => {
    const timer = new BlockTimer(3, 1);
    expect(add(timer, ...message(10), at(100))).toBeUndefined();
    expect(add(timer, ...message(11), at(130.5))).toBeUndefined();
    expect({ ...add(timer, ...message(12), at(142.25)) }).toStrictEqual({
      block: 1,
      from: 10,
      to: 12,
      count: 3,
      bytes: 30,
      elapsedMs: 42.25,
      intervalMs: null,
      crc32: crc32('{"seq":10}\n{"seq":11}\n{"seq":12}\n'),
      interrupted: false,
      partial: false,
      messages: [
        { seq: 10, payload: bytes('{"seq":10}'), text: true, wallMs: WALL_MS + 100 },
        { seq: 11, payload: bytes('{"seq":11}'), text: true, wallMs: WALL_MS + 130.5 },
        { seq: 12, payload: bytes('{"seq":12}'), text: true, wallMs: WALL_MS + 142.25 },
      ],
    });
  });

  test('of one message takes no time', () => {
    const blocks = taken(new BlockTimer(1, 1), 0, [5, 9]);
    expect(blocks.map(({ elapsedMs }) => elapsedMs)).toEqual([0, 0]);
    expect(blocks.map(({ intervalMs }) => intervalMs)).toEqual([null, 4]);
  });

  test('has the next number, from the one that the run goes on with', () => {
    const blocks = taken(new BlockTimer(2, 41), 0, [1, 2, 3, 4, 5, 6]);
    expect(blocks.map(({ block }) => block)).toEqual([41, 42, 43]);
    expect(blocks.map(({ from, to }) => [from, to])).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
    ]);
  });

  test('is not changed by the ones after it', () => {
    const timer = new BlockTimer(2, 1);
    const [first] = taken(timer, 0, [1, 2]);
    const before = structuredClone(first);
    taken(timer, 2, [3, 4]);
    expect(first).toEqual(before);
  });
});

describe('a block that is released', () => {
  test('gives its memory to the next, and has no messages any more', () => {
    const timer = new BlockTimer(2, 1);
    const [first] = taken(timer, 0, [1, 2]);
    if (first !== undefined) timer.release(first);
    expect(timer.flush()).toBeUndefined();
    const [second] = taken(timer, 2, [3, 4]);
    expect(second).toMatchObject({ block: 2, from: 2, to: 3, count: 2, bytes: 18 });
    expect(second?.crc32).toBe(crc32('{"seq":2}\n{"seq":3}\n'));
    expect(second?.messages.map(({ seq, payload }) => [seq, Buffer.from(payload).toString()])).toEqual([
      [2, '{"seq":2}'],
      [3, '{"seq":3}'],
    ]);
    expect(() => first?.messages).toThrow('until onBlock returns');
  });

  test('keeps its memory if its messages were asked for', () => {
    const timer = new BlockTimer(2, 1);
    const [first] = taken(timer, 0, [1, 2]);
    const messages = first?.messages;
    const before = structuredClone(messages);
    if (first !== undefined) timer.release(first);
    taken(timer, 2, [3, 4]);
    expect(messages).toEqual(before);
    expect(first?.messages).toBe(messages);
  });

  test('is the last one, or nothing happens', () => {
    const timer = new BlockTimer(2, 1);
    const [first, second] = taken(timer, 0, [1, 2, 3, 4]);
    if (first !== undefined) timer.release(first);
    const before = structuredClone(second);
    taken(timer, 4, [5]);
    if (second !== undefined) timer.release(second); // the next has begun
    taken(timer, 5, [6]);
    expect(second).toEqual(before);
    expect(first?.messages).toHaveLength(2);
  });
});

describe('times', () => {
  test('elapsed is within a block, interval from end to end', () => {
    const blocks = taken(new BlockTimer(2, 1), 0, [100, 110, 150, 175, 175, 175]);
    expect(blocks.map(({ elapsedMs }) => elapsedMs)).toEqual([10, 25, 0]);
    expect(blocks.map(({ intervalMs }) => intervalMs)).toEqual([null, 65, 0]);
  });

  test('do not follow a wall clock that steps within a block', () => {
    const timer = new BlockTimer(3, 1);
    add(timer, ...message(0), { wallMs: 5000, monotonicMs: 100 });
    add(timer, ...message(1), { wallMs: 1000, monotonicMs: 101 });
    const block = add(timer, ...message(2), { wallMs: 9000, monotonicMs: 103 });
    expect(block?.messages.map(({ wallMs }) => wallMs)).toEqual([5000, 5001, 5003]);
    expect(block?.elapsedMs).toBe(3);
  });

  test('are read from the wall clock anew for each block', () => {
    const timer = new BlockTimer(1, 1);
    const [one, other] = [
      add(timer, ...message(0), { wallMs: 5000, monotonicMs: 100 }),
      add(timer, ...message(1), { wallMs: 1000, monotonicMs: 110 }),
    ];
    expect([one, other].map((block) => block?.messages[0]?.wallMs)).toEqual([5000, 1000]);
    expect(other?.intervalMs).toBe(10);
  });
});

describe('the range', () => {
  // The seqs that are due before and after each message of a block of two.
  test.each([
    { of: 'messages in order', before: [5, 6], after: [6, 7], from: 5, to: 6 },
    { of: 'one missing before the block', before: [5, 7], after: [7, 8], from: 5, to: 7 },
    { of: 'one missing within it', before: [5, 6], after: [6, 8], from: 5, to: 7 },
    { of: 'a repeat within it', before: [5, 6], after: [6, 6], from: 5, to: 5 },
    { of: 'nothing but repeats', before: [5, 5], after: [5, 5], from: 5, to: 4 },
  ])('of $of is $from to $to', ({ before: [one = 0, other = 0], after: [next = 0, last = 0], from, to }) => {
    const timer = new BlockTimer(2, 1);
    const came = { seq: 0, payload: bytes('x'), text: true };
    add(timer, came, { before: one, after: next }, at(0));
    expect(add(timer, came, { before: other, after: last }, at(0))).toMatchObject({ from, to, count: 2 });
  });
});

describe('bytes and CRC-32', () => {
  const payload = fc.uint8Array({ maxLength: 40 });

  test('are of the messages in the order in which they came, block by block', () => {
    fc.assert(
      fc.property(fc.array(payload, { minLength: 1, maxLength: 12 }), fc.boolean(), (payloads, text) => {
        const timer = new BlockTimer(4, 1);
        const blocks = payloads.flatMap((one, seq) => add(timer, ...message(seq, one, text), at(seq)) ?? []);
        const rest = timer.flush();
        const all = rest === undefined ? blocks : [...blocks, rest];
        const end = text ? [bytes('\n')] : [];
        for (const [index, block] of all.entries()) {
          const own = payloads.slice(4 * index, 4 * index + 4);
          expect(block.crc32).toBe(crc32(Buffer.concat(own.flatMap((one) => [one, ...end]))));
          expect(block.bytes).toBe(own.reduce((sum, one) => sum + one.length, 0));
          expect(block.messages.map((came) => came.payload)).toEqual(own);
        }
        expect(all.reduce((sum, { count }) => sum + count, 0)).toBe(payloads.length);
      }),
      { numRuns: 100 },
    );
  });

  test('depend on the order', () => {
    const crcOf = (...texts: string[]) => {
      const timer = new BlockTimer(texts.length, 1);
      return texts.flatMap((text, seq) => add(timer, ...message(seq, bytes(text)), at(0)) ?? [])[0]?.crc32;
    };
    expect(crcOf('a', 'b')).not.toBe(crcOf('b', 'a'));
    expect(crcOf('a', 'b')).not.toBe(crcOf('ab', ''));
  });
});

describe('an outage', () => {
  test('within a block marks that block alone', () => {
    const timer = new BlockTimer(2, 1);
    add(timer, ...message(0), at(0));
    timer.interrupt();
    const blocks = taken(timer, 1, [1000, 1001, 1002]);
    expect(blocks.map(({ interrupted }) => interrupted)).toEqual([true, false]);
    expect(blocks[0]).toMatchObject({ from: 0, to: 1, count: 2, elapsedMs: 1000 });
  });

  test('between two blocks marks none', () => {
    const timer = new BlockTimer(2, 1);
    const before = taken(timer, 0, [0, 1]);
    timer.interrupt();
    const blocks = [...before, ...taken(timer, 2, [1000, 1001])];
    expect(blocks.map(({ interrupted }) => interrupted)).toEqual([false, false]);
  });

  test.each([
    { of: 'between two blocks', until: 2 },
    { of: 'within a block', until: 3 },
  ])('$of: no interval runs across it, and the next one does again', ({ until }) => {
    const timer = new BlockTimer(2, 1);
    const moments = [0, 1, 1000, 1001, 1010, 1011];
    const before = taken(timer, 0, moments.slice(0, until));
    timer.interrupt();
    const blocks = [...before, ...taken(timer, until, moments.slice(until))];
    expect(blocks.map(({ intervalMs }) => intervalMs)).toEqual([null, null, 10]);
  });

  test('before the first message, or twice in a row, is no more than one', () => {
    const timer = new BlockTimer(2, 1);
    timer.interrupt();
    add(timer, ...message(0), at(0));
    add(timer, ...message(1), at(1));
    timer.interrupt();
    timer.interrupt();
    const [block] = taken(timer, 2, [5, 6]);
    expect(block).toMatchObject({ interrupted: false, intervalMs: null });
  });
});

describe('flush', () => {
  test('of nothing is nothing, before the first message and after a full block', () => {
    const timer = new BlockTimer(2, 1);
    expect(timer.flush()).toBeUndefined();
    taken(timer, 0, [0, 1]);
    expect(timer.flush()).toBeUndefined();
  });

  test('ends the open block as it is', () => {
    const timer = new BlockTimer(5, 7);
    taken(timer, 0, [0, 4]);
    expect(timer.flush()).toMatchObject({ block: 7, from: 0, to: 1, count: 2, elapsedMs: 4, partial: true });
    expect(timer.flush()).toBeUndefined();
  });

  test('keeps the mark of an outage', () => {
    const timer = new BlockTimer(5, 1);
    taken(timer, 0, [0]);
    timer.interrupt();
    expect(timer.flush()).toMatchObject({ interrupted: true, partial: true, intervalMs: null });
  });

  test('is followed by a block like any other', () => {
    const timer = new BlockTimer(2, 1);
    taken(timer, 0, [0]);
    timer.flush();
    const [block] = taken(timer, 1, [10, 12]);
    expect(block).toMatchObject({ block: 2, count: 2, elapsedMs: 2, intervalMs: 12, partial: false });
  });
});

describe('whose messages nobody may ask for', () => {
  const unkept = (keep: () => boolean = () => false) => new BlockTimer(2, 1, keep);

  test('is the same block without them', () => {
    const facts = (timer: BlockTimer) =>
      taken(timer, 0, [0, 3, 4, 9]).map((block) =>
        Object.keys(block).map((key) => [key, key === 'messages' || block[key as keyof Block]]),
      );
    expect(facts(unkept())).toEqual(facts(new BlockTimer(2, 1)));
    for (const block of taken(unkept(), 0, [0, 1]))
      expect(() => block.messages).toThrow('can be had until onBlock returns');
  });

  test('may be followed by one that has them, and by one that has not', () => {
    let wanted = false;
    const timer = unkept(() => wanted);
    const kept: boolean[] = [];
    for (const [seq, wants] of [false, true, true, false, true, true, false, false].entries()) {
      wanted = wants; // what is said when a block has begun is for the next
      const block = timer.add(MessageBatch.of(bytes(`${seq}`), true), due(seq), at(seq));
      if (block === undefined) continue;
      kept.push(block.kept);
      if (block.kept) expect(block.messages.map((came) => came.seq)).toEqual([seq - 1, seq]);
      timer.release(block);
    }
    expect(kept).toEqual([false, true, true, false]);
  });
});

test('stamps do not step back from block to block, and follow a clock that was set at the next block', () => {
  const timer = new BlockTimer(2, 1);
  const stamps: number[] = [];
  const take = (wallMs: number, monotonicMs: number) => {
    const seq = stamps.length;
    const message = { seq, payload: new Uint8Array(), text: true };
    const block = add(timer, message, { before: seq, after: seq + 1 }, { wallMs, monotonicMs });
    stamps.push(...(block?.messages.map((stamped) => stamped.wallMs) ?? []));
  };
  // The wall clock in whole milliseconds, as it is read.
  take(1000, 0.25);
  take(1000, 0.75);
  take(1001, 1.125);
  take(1001, 1.5);
  expect(stamps).toEqual([1000, 1000.5, 1000.875, 1001.25]);
  take(5000, 2);
  take(5000, 2.5);
  expect(stamps.slice(4)).toEqual([5000, 5000.5]);
});
