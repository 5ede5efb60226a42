import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ReadMemory } from '../../../src/carriage/websocket/read-memory.ts';
import { leadingSeq } from '../../../src/stream/seq-prefix.ts';
import { binary, frame, text } from './frames.ts';

const MOST_BYTES = 70_000;

const memory = new ReadMemory(1_000_000);
const { batch } = memory;

/** Walks over these bytes; where it stops is counted from their first. */
function walk(bytes: Uint8Array) {
  memory.bytes.set(bytes, memory.start);
  const { at, unusual } = memory.walk(memory.start, memory.start + bytes.length, MOST_BYTES);
  return { at: at - memory.start, unusual, count: batch.count };
}

/** Walks over these bytes at once. */
function walked(...frames: Uint8Array[]) {
  return walk(Buffer.concat(frames));
}

const messages = () =>
  Array.from({ length: batch.count }, (_, i) => [
    batch.isText(i),
    Buffer.from(batch.payload(i)).toString('latin1'),
  ]);

describe('plain frames', () => {
  test('of every length, text and binary, become messages one behind the other', () => {
    const sizes = [0, 1, 125, 126, 127, 65_535];
    const payloads = sizes.map((size) => 'x'.repeat(size));
    const frames = payloads.flatMap((payload) => [text(payload), binary(1, 2)]);
    const { at, unusual } = walked(...frames);
    expect([at, unusual]).toEqual([Buffer.concat(frames).length, false]);
    expect(messages()).toEqual(
      payloads.flatMap((payload) => [
        [true, payload],
        [false, '\u0001\u0002'],
      ]),
    );
    // As the digest runs over them: a newline behind each text, nothing behind binary.
    const digested = payloads.map((payload) => `${payload}\n\u0001\u0002`).join('');
    expect(memory.bytes.toString('latin1', batch.start(0), batch.start(batch.count))).toBe(digested);
    expect(batch.digest(0, batch.count, 0)).toBe(crc32(digested));
  });

  test('that have not come whole stay where they are', () => {
    const whole = Buffer.concat([text('one'), text('y'.repeat(300))]);
    for (let end = 0; end < whole.length; end++) {
      const first = end >= 5;
      const expected = { at: first ? 5 : 0, unusual: false, count: first ? 1 : 0 };
      expect(walked(whole.subarray(0, end))).toEqual(expected);
    }
  });
});

test('a walk ends when the batch is full, and another goes on', () => {
  const many = Buffer.concat(Array.from({ length: 20_000 }, () => text('')));
  let messages = 0;
  for (let rest = many; rest.length > 0; ) {
    const { at, unusual, count } = walk(rest);
    expect([count > 0, unusual]).toEqual([true, false]);
    messages += count;
    rest = rest.subarray(at);
  }
  expect(messages).toBe(20_000);
});

describe('seqs', () => {
  /** All that is known of a leading seq, from what is defined in plain TypeScript. */
  const expected = (payload: string) => leadingSeq(Buffer.from(payload)) ?? Number.NaN;

  test.each([
    ...['{"seq":0', '{"seq":7}', '{"seq":123456789,"a":1}', '{"seq":9007199254740991}'],
    ...['{"seq":9007199254740992}', '{"seq":00000000000000000000000012,', `{"seq":${'9'.repeat(40)}}`],
    ...['{"seq":1.5}', '{"seq":1e3}', '{"seq":1E3}', '{"seq":-1}', '{"seq":"1"}', '{"seq":', '{"seq"', ''],
    ...['{"seq":12', ' {"seq":1}', '{"Seq":1}', '\u001e{"seq":1}'],
  ])('of %j', (payload) => {
    walked(text(payload), text('{"seq":5}'));
    expect([...batch.seqs.subarray(0, 2)]).toEqual([expected(payload), 5]);
  });

  test('binary messages have none', () => {
    walked(frame({ opcode: 2, payload: Buffer.from('{"seq":1}') }));
    expect(batch.seq(0)).toBeUndefined();
  });
});

test('whatever comes is told as it is', () => {
  const payload = fc.oneof(
    fc.string({ maxLength: 200 }),
    fc.string({ minLength: 100, maxLength: 1000, unit: 'grapheme' }),
    fc
      .tuple(fc.nat({ max: 2 ** 40 }), fc.string({ maxLength: 40 }))
      .map(([seq, rest]) => `{"seq":${seq}${rest}`),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(payload, fc.boolean()), { maxLength: 30 }), (given) => {
      const frames = given.map(([content, isText]) =>
        frame({ opcode: isText ? 1 : 2, payload: Buffer.from(content) }),
      );
      const { at, unusual, count } = walked(...frames);
      expect([at, unusual, count]).toEqual([Buffer.concat(frames).length, false, given.length]);
      expect(memory.validMessages).toBe(given.length);
      for (const [i, [content, isText]] of given.entries()) {
        expect([batch.isText(i), Buffer.from(batch.payload(i)).toString()]).toEqual([isText, content]);
        const seq = isText ? leadingSeq(Buffer.from(content)) : undefined;
        expect(batch.seq(i)).toBe(seq);
      }
      const digested = given.map(([content, isText]) => `${content}${isText ? '\n' : ''}`).join('');
      expect(batch.digest(0, count, 17)).toBe(crc32(digested, 17));
    }),
  );
});

describe('what is not plain', () => {
  const payload = Buffer.from('abc');
  test.each([
    ['a ping', frame({ opcode: 9, payload })],
    ['a close', frame({ opcode: 8, payload: Uint8Array.of(3, 232) })],
    ['a beginning of a fragmented message', frame({ opcode: 1, final: false, payload })],
    ['a continuation', frame({ opcode: 0, payload })],
    ['a masked frame', frame({ opcode: 1, payload, mask: Uint8Array.of(1, 2, 3, 4) })],
    ['reserved bits', frame({ opcode: 1, reserved: 4, payload })],
    ['a reserved opcode', frame({ opcode: 3, payload })],
    ['a length that could be shorter', frame({ opcode: 1, payload, lengthBytes: 2 })],
    ['a length of eight bytes', frame({ opcode: 2, payload, lengthBytes: 8 })],
    ['a frame that is too large', frame({ opcode: 2, payload: Buffer.alloc(MOST_BYTES) })],
  ])('%s is where a walk stops, also if only its header has come', (_, unusual) => {
    expect(walked(text('before'), unusual)).toEqual({ at: 8, unusual: true, count: 1 });
    expect(walked(unusual.subarray(0, 10))).toEqual({ at: 0, unusual: true, count: 0 });
  });
});

describe('UTF-8', () => {
  const invalid = Uint8Array.of(0x61, 0xe2, 0x82); // the euro sign, cut short
  test('is looked at message by message, however they join', () => {
    const rest = Uint8Array.of(0xac, 0x61);
    walked(text('fine €'), frame({ opcode: 1, payload: invalid }), frame({ opcode: 1, payload: rest }));
    expect(memory.validMessages).toBe(1);
  });

  test('is not asked of binary', () => {
    walked(text('fine'), frame({ opcode: 2, payload: invalid }), text('fine'));
    expect(memory.validMessages).toBe(3);
  });

  test('and not completed by the binary message before it', () => {
    const brokenText = frame({ opcode: 1, payload: Uint8Array.of(0xa9, 0x61) });
    walked(text('a'), binary(1, 0xc3), brokenText);
    expect(memory.validMessages).toBe(2); // c3 a9 is a character, if one looks at both together
  });
});
