import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
// @ts-expect-error: not in its types
import { Receiver } from 'ws';
import { FrameReader, type FrameTaker } from '../../../../src/carriage/websocket/frame/frame-reader.ts';
import { type FrameOptions, frame } from '../frames.ts';

const MOST_BYTES = 300;
const KEY = Uint8Array.of(0x37, 0xfa, 0x21, 0x3d);

/** Tells of all that a reader or the oracle finds, as text. */
class Told implements FrameTaker {
  readonly all: string[] = [];
  reason = '';

  message(payload: Uint8Array, text: boolean): void {
    this.all.push(`${text ? 'text' : 'binary'} ${Buffer.from(payload).toString('hex')}`);
  }

  pinged(payload: Uint8Array): void {
    this.all.push(`ping ${Buffer.from(payload).toString('hex')}`);
  }

  ponged(payload: Uint8Array): void {
    this.all.push(`pong ${Buffer.from(payload).toString('hex')}`);
  }

  closing(code: number, reason: string): void {
    this.all.push(`close ${code} ${reason}`);
  }

  broken(code: number, reason: string): void {
    this.all.push(`broken ${code}`);
    this.reason = reason;
  }
}

function readAll(masked: boolean, pieces: readonly Uint8Array[], most = MOST_BYTES): Told {
  const told = new Told();
  const reader = new FrameReader({ masked, mostMessageBytes: most, isUtf8 });
  for (const piece of pieces) {
    const bytes = Buffer.from(piece); // which are unmasked where they lie
    for (let at = 0; at < bytes.length; ) {
      const used = reader.read(bytes, at, bytes.length, told);
      expect(used).toBeGreaterThan(at);
      at = used;
    }
  }
  return told;
}

/** What the receiver of `ws` finds in the same bytes. */
async function oracle(masked: boolean, bytes: Uint8Array): Promise<string[]> {
  const told = new Told();
  const receiver = new Receiver({ isServer: masked, maxPayload: MOST_BYTES, allowSynchronousEvents: true });
  receiver.on('message', (data: Buffer, isBinary: boolean) => told.message(data, !isBinary));
  receiver.on('ping', (data: Buffer) => told.pinged(data));
  receiver.on('pong', (data: Buffer) => told.ponged(data));
  receiver.on('conclude', (code: number, reason: Buffer) => told.closing(code, reason.toString()));
  receiver.on('error', (error: Error) => {
    const status = Object.getOwnPropertySymbols(error).find((each) => each.description === 'status-code');
    told.broken((error as never)[status as never], error.message);
  });
  receiver.write(Buffer.from(bytes));
  await new Promise(setImmediate);
  return told.all;
}

const sizes = fc.constantFrom(0, 1, 2, 3, 5, 124, 125, 126, 127, 200, 299, 300, 301, 65_536);
const contents = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => Buffer.from(text)) },
  { weight: 2, arbitrary: sizes.map((size) => Buffer.alloc(size, 'z')) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes)) },
);
const closes = fc
  .tuple(
    fc.constantFrom(0, 999, 1000, 1001, 1003, 1004, 1005, 1006, 1007, 1014, 1015, 2999, 3000, 4999, 5000),
    contents,
  )
  .map(([code, reason]) => Buffer.concat([Buffer.of(code >> 8, code & 0xff), reason.subarray(0, 130)]));
/** Frames as they may come: nearly all are as they must be. */
function framesOf(masked: boolean) {
  const usual = fc.record({
    opcode: fc.constantFrom(0, 0, 1, 1, 1, 2, 2, 9, 10),
    payload: contents,
    final: fc.boolean(),
  });
  const odd = fc.record({
    opcode: fc.integer({ min: 0, max: 15 }),
    payload: contents.map((payload) => payload.subarray(0, 400)),
    final: fc.boolean(),
    reserved: fc.integer({ min: 0, max: 7 }),
    wrongMask: fc.boolean(),
    lengthBytes: fc.constantFrom(2, 8),
  });
  const close = closes.map((payload) => ({ opcode: 8, payload, final: true }));
  const bytesOf = (options: Omit<FrameOptions, 'mask'> & { wrongMask?: boolean }) => {
    const { wrongMask = false, ...rest } = options;
    return frame(masked !== wrongMask ? { ...rest, mask: KEY } : rest);
  };
  const each = fc.oneof(
    { weight: 20, arbitrary: usual.map(bytesOf) },
    { weight: 1, arbitrary: odd.map(bytesOf) },
    { weight: 1, arbitrary: close.map(bytesOf) },
  );
  return fc.array(each, { maxLength: 14 }).map((frames) => Buffer.concat(frames));
}

describe.each([
  ['a server’s end', true],
  ['a client’s end', false],
])('%s finds what `ws` finds', (_, masked) => {
  /** An error may be known before all of a frame is there; nothing else may differ. */
  test('in any frames, cut anywhere', async () => {
    const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(framesOf(masked), shares, async (bytes, at) => {
        const ends = at.map((share) => Math.floor(share * bytes.length)).sort((a, b) => a - b);
        const pieces = [...ends, bytes.length].map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
        const told = readAll(masked, pieces).all;
        expect(told).toEqual(await oracle(masked, bytes));
      }),
      { numRuns: 400 },
    );
  });

  const mask = masked ? { mask: KEY } : {};
  const part = (opcode: number, payload: string | Uint8Array, final = true) =>
    frame({ opcode, payload: Buffer.from(payload), final, ...mask });
  const sample = Buffer.concat(
    [
      part(1, 'one'),
      part(1, 'zwei €'),
      part(9, 'beat'),
      part(1, 'fr', false),
      part(10, ''),
      part(0, ''),
      part(0, Buffer.of(0xe2, 0x82), false),
      part(9, 'within'),
      part(0, Buffer.of(0xac)),
      part(2, Buffer.alloc(200, 1)),
      part(1, ''),
      part(8, Buffer.from('\u0003\u00e8bye', 'latin1')),
      part(1, 'never'),
    ].filter((_, i) => i !== 5),
  );

  test('at every split in two, in all ways to cut off one byte, and byte by byte', async () => {
    const whole = await oracle(masked, sample);
    expect(whole.at(-1)).toBe('close 1000 bye');
    for (let cut = 1; cut < sample.length; cut++) {
      const [before, behind] = [sample.subarray(0, cut), sample.subarray(cut)];
      expect(readAll(masked, [before, behind]).all, `cut at ${cut}`).toEqual(whole);
      const pieces = [before, behind.subarray(0, 1), behind.subarray(1)];
      expect(readAll(masked, pieces).all, `one byte at ${cut}`).toEqual(whole);
    }
    expect(
      readAll(
        masked,
        Array.from(sample, (byte) => Uint8Array.of(byte)),
      ).all,
    ).toEqual(whole);
  });
});

test.each<[string, Buffer, string]>([
  ['a reserved bit', frame({ opcode: 1, reserved: 2, payload: KEY }), 'a reserved bit is set'],
  ['an opcode of data', frame({ opcode: 3, payload: KEY }), 'there is no opcode 3'],
  ['an opcode of control', frame({ opcode: 11, payload: KEY }), 'there is no opcode 11'],
  ['a ping in fragments', frame({ opcode: 9, final: false, payload: KEY }), 'a control frame is a fragment'],
  ['no beginning', frame({ opcode: 0, payload: KEY }), 'nothing is there to be continued'],
  ['a mask', frame({ opcode: 1, payload: KEY, mask: KEY }), 'a server must not mask its frames'],
  ['half a code', frame({ opcode: 8, payload: Buffer.of(3) }), 'a close has half a code'],
  ['a code', frame({ opcode: 8, payload: Buffer.of(3, 237) }), 'no close may have the code 1005'],
  ['too much', frame({ opcode: 2, payload: Buffer.alloc(301) }), 'a message is larger than 300 bytes'],
])('says what is wrong: %s', (_, bytes, reason) => {
  expect(readAll(false, [bytes]).reason).toBe(reason);
});

test('what is wrong is told by the first bytes that show it', () => {
  const large = frame({ opcode: 2, payload: Buffer.alloc(301) });
  expect(readAll(false, [large.subarray(0, 3)]).all).toEqual([]);
  expect(readAll(false, [large.subarray(0, 4)]).all).toEqual(['broken 1009']);
  expect(readAll(false, [Buffer.of(0x83, 0)]).all).toEqual(['broken 1002']);
});

test('a message that is whole in what was read is not copied', () => {
  const bytes = frame({ opcode: 1, payload: Buffer.from('tide'), mask: KEY });
  const payloads: Uint8Array[] = [];
  const told = new Told();
  told.message = (payload) => void payloads.push(payload);
  new FrameReader({ masked: true, mostMessageBytes: 4, isUtf8 }).read(bytes, 0, bytes.length, told);
  expect(payloads.map(({ buffer }) => buffer)).toEqual([bytes.buffer]);
  expect(Buffer.from(payloads[0] ?? []).toString()).toBe('tide');
});

test('memory follows the bytes that have come, not what a frame says, nor its fragments', () => {
  const most = 67_108_864;
  const held = (bytes: Uint8Array, count: number) => {
    const readers = Array.from({ length: count }, () => {
      const reader = new FrameReader({ masked: false, mostMessageBytes: most, isUtf8 });
      for (let at = 0; at < bytes.length; ) at = reader.read(bytes, at, bytes.length, new Told());
      return reader;
    });
    return { within: readers.every(({ between }) => !between) };
  };
  const before = process.memoryUsage().arrayBuffers;
  const said = Buffer.concat([Buffer.of(0x02, 127, 0, 0, 0, 0, 4, 0, 0, 0), Buffer.alloc(100)]);
  expect(held(said, 100).within).toBe(true);
  const one = frame({ opcode: 0, final: false, payload: Buffer.of(1) });
  const fragments = Buffer.concat([
    frame({ opcode: 2, final: false, payload: Buffer.of(1) }),
    ...Array<Buffer>(50_000).fill(one),
  ]);
  expect(held(fragments, 1).within).toBe(true);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4_000_000);
});

test('an unfinished message leaves nothing behind as it grows', () => {
  const most = 65_536;
  const readers = 100;
  const bytes = Buffer.concat([
    frame({ opcode: 1, final: false, payload: Buffer.of(1) }),
    ...Array<Buffer>(1000).fill(frame({ opcode: 0, final: false, payload: Buffer.alloc(63) })),
  ]);
  const told = new Told();
  const before = process.memoryUsage().arrayBuffers; // with what waits to be collected
  const held = Array.from({ length: readers }, () => {
    const reader = new FrameReader({ masked: false, mostMessageBytes: most, isUtf8 });
    for (let at = 0; at < bytes.length; ) at = reader.read(bytes, at, bytes.length, told);
    return reader;
  });
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(readers * most * 1.05);
  expect(held.every(({ between }) => !between)).toBe(true);
});
