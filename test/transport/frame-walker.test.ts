import { describe, expect, test } from 'vitest';
import { MessageBatch } from '../../src/measure/message-batch.ts';
import { FrameWalker, frameAgain, isPingOrPong, validMessages } from '../../src/transport/frame-walker.ts';
import { binary, frame, text } from './frames.ts';

const MOST_BYTES = 70_000;

/** Walks over these bytes at once. */
function walked(...frames: Uint8Array[]) {
  const bytes = Buffer.concat(frames);
  const batch = new MessageBatch();
  const result = new FrameWalker(MOST_BYTES).walk(bytes, 0, bytes.length, batch);
  return { ...result, batch, bytes };
}

const messagesOf = (batch: MessageBatch) =>
  Array.from({ length: batch.count }, (_, i) => [
    batch.isText(i),
    Buffer.from(batch.payload(i)).toString('latin1'),
  ]);

describe('plain frames', () => {
  test('of every length, text and binary, become messages one behind the other', () => {
    const sizes = [0, 1, 125, 126, 127, 65_535];
    const payloads = sizes.map((size) => 'x'.repeat(size));
    const frames = payloads.flatMap((payload) => [text(payload), binary(1, 2)]);
    const { at, unusualBytes, batch, bytes } = walked(...frames);
    expect([at, unusualBytes]).toEqual([bytes.length, 0]);
    expect(messagesOf(batch)).toEqual(
      payloads.flatMap((payload) => [
        [true, payload],
        [false, '\u0001\u0002'],
      ]),
    );
    // As the digest runs over them: a newline behind each text, nothing behind binary.
    const digested = payloads.map((payload) => `${payload}\n\u0001\u0002`).join('');
    expect(bytes.toString('latin1', batch.start(0), batch.start(batch.count))).toBe(digested);
  });

  test('are as they were when one has to be handed on after all', () => {
    for (const original of [text(''), text('a'.repeat(125)), text('b'.repeat(126)), binary(3, 4)]) {
      const copy = Buffer.from(original);
      const { batch } = walked(original);
      expect(Buffer.from(frameAgain(batch, 0))).toEqual(copy);
    }
  });

  test('that have not come whole stay where they are', () => {
    const whole = Buffer.concat([text('one'), text('y'.repeat(300))]);
    for (let end = 0; end < whole.length; end++) {
      const bytes = Buffer.from(whole.subarray(0, end));
      const batch = new MessageBatch();
      const { at, unusualBytes } = new FrameWalker(MOST_BYTES).walk(bytes, 0, end, batch);
      const first = end >= 5;
      expect([at, unusualBytes, batch.count]).toEqual([first ? 5 : 0, 0, first ? 1 : 0]);
    }
  });
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
  ])('%s is told with its size, also if only its header has come', (_, unusual) => {
    const { at, unusualBytes, batch } = walked(text('before'), unusual);
    expect([at, unusualBytes, batch.count]).toEqual([8, unusual.length, 1]);
    const header = unusual.subarray(0, 10);
    expect(walked(header).unusualBytes).toBe(unusual.length);
  });

  test('everything within a fragmented message, until it ends', () => {
    const walker = new FrameWalker(MOST_BYTES);
    const walk = (bytes: Buffer) => {
      const batch = new MessageBatch();
      return { ...walker.walk(bytes, 0, bytes.length, batch), count: batch.count };
    };
    const begin = frame({ opcode: 1, final: false, payload });
    const end = frame({ opcode: 0, payload });
    expect(walk(text('a'))).toMatchObject({ count: 1, unusualBytes: 0 });
    expect(walk(begin)).toMatchObject({ count: 0, unusualBytes: begin.length });
    expect(walk(frame({ opcode: 9, payload }))).toMatchObject({ count: 0, unusualBytes: 5 });
    expect(walk(text('within'))).toMatchObject({ count: 0, unusualBytes: 8 });
    expect(walk(begin)).toMatchObject({ unusualBytes: begin.length });
    expect(walk(end)).toMatchObject({ unusualBytes: end.length });
    expect(walk(text('after'))).toMatchObject({ count: 1, unusualBytes: 0 });
  });

  test('everything after a close', () => {
    const walker = new FrameWalker(MOST_BYTES);
    const batch = new MessageBatch();
    const close = frame({ opcode: 8, payload: new Uint8Array(0) });
    walker.walk(close, 0, close.length, batch);
    const late = text('late');
    expect(walker.walk(late, 0, late.length, batch)).toEqual({ at: 0, unusualBytes: late.length });
  });
});

describe('UTF-8', () => {
  const invalid = Uint8Array.of(0x61, 0xe2, 0x82); // the euro sign, cut short
  test('is looked at message by message, however they join', () => {
    const rest = Uint8Array.of(0xac, 0x61);
    const { batch } = walked(
      text('fine €'),
      frame({ opcode: 1, payload: invalid }),
      frame({ opcode: 1, payload: rest }),
    );
    expect(validMessages(batch)).toBe(1);
  });

  test('is not asked of binary', () => {
    const { batch } = walked(text('fine'), frame({ opcode: 2, payload: invalid }), text('fine'));
    expect(validMessages(batch)).toBe(3);
  });

  test('and not completed by the binary message before it', () => {
    const brokenText = frame({ opcode: 1, payload: Uint8Array.of(0xa9, 0x61) });
    const { batch } = walked(text('a'), binary(1, 0xc3), brokenText);
    expect(validMessages(batch)).toBe(2); // c3 a9 is a character, if one looks at both together
  });
});

test('pings and pongs are told from what only looks like them', () => {
  const payload = Buffer.from('x');
  const is = [9, 10].map((opcode) => isPingOrPong(frame({ opcode, payload })));
  const isNot = [
    frame({ opcode: 9, final: false, payload }),
    frame({ opcode: 9, reserved: 1, payload }),
    frame({ opcode: 9, payload, mask: Uint8Array.of(1, 2, 3, 4) }),
    frame({ opcode: 9, payload: Buffer.alloc(126) }),
    frame({ opcode: 8, payload }),
  ].map(isPingOrPong);
  expect([is, isNot]).toEqual([
    [true, true],
    [false, false, false, false, false],
  ]);
});
