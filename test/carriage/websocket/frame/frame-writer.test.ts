import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
// @ts-expect-error: not in its types
import { Receiver } from 'ws';
import { FINAL, OPCODE } from '../../../../src/carriage/websocket/frame/frame.ts';
import { FrameReader } from '../../../../src/carriage/websocket/frame/frame-reader.ts';
import {
  closeFrame,
  FrameWriter,
  fragmentOf,
  frameOf,
  textFrame,
} from '../../../../src/carriage/websocket/frame/frame-writer.ts';
import { frame } from '../frames.ts';

const KEY = 0x37fa213d;
const KEY_BYTES = Uint8Array.of(0x37, 0xfa, 0x21, 0x3d);

/** What the receiver of `ws` reads. */
async function read(frames: Uint8Array, masked: boolean): Promise<string[]> {
  const receiver = new Receiver({ isServer: masked, allowSynchronousEvents: true });
  const told: string[] = [];
  receiver.on('message', (data: Buffer, isBinary: boolean) => told.push(`${isBinary} ${String(data)}`));
  receiver.on('conclude', (code: number, reason: Buffer) => told.push(`${code} ${String(reason)}`));
  receiver.write(Buffer.from(frames));
  await new Promise(setImmediate);
  return told;
}

test.each([0, 1, 125, 126, 127, 65_535, 65_536, 200_000])('a frame of %i bytes', (size) => {
  const payload = Buffer.alloc(size, 'tide');
  expect(frameOf(0x82, payload)).toEqual(new Uint8Array(frame({ opcode: 2, payload })));
  expect(frameOf(0x82, payload, KEY)).toEqual(new Uint8Array(frame({ opcode: 2, payload, mask: KEY_BYTES })));
});

describe.each([
  ['a client', KEY],
  ['a server', undefined],
])('%s', (_, key) => {
  const masked = key !== undefined;

  test('closes with a code and a reason, or without', async () => {
    expect(await read(closeFrame(4000, 'bye €', key), masked)).toEqual(['4000 bye €']);
    expect(await read(closeFrame(undefined, '', key), masked)).toEqual(['1005 ']);
  });

  test('writes texts, one by one or together, as a strict reader reads them', async () => {
    const texts = fc.array(
      fc.oneof(
        fc.string({ unit: 'grapheme' }),
        fc
          .constantFrom(0, 41, 42, 43, 62, 63, 125, 126, 127, 32_768, 65_535, 65_536)
          .map((n) => 'é'.repeat(n)),
        fc.constantFrom(125, 126, 1023, 65_535, 65_536, 200_000).map((n) => 'x'.repeat(n)),
      ),
      { maxLength: 5 },
    );
    await fc.assert(
      fc.asyncProperty(texts, async (all) => {
        const writer = new FrameWriter(key === undefined ? undefined : () => key);
        for (const text of all) writer.addText(text);
        const expected = all.map((text) => `false ${text}`);
        const frames = writer.take();
        expect(await read(frames, masked)).toEqual(expected);
        expect(await read(Buffer.concat(all.map((text) => textFrame(text, key))), masked)).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });
});

test('what was taken is not taken again, and not written over', async () => {
  const writer = new FrameWriter(undefined);
  expect(writer.empty).toBe(true);
  writer.addText('one');
  expect(writer.empty).toBe(false);
  const first = writer.take();
  expect(writer.empty).toBe(true);
  expect(writer.take()).toHaveLength(0);
  writer.addText('two');
  expect(await read(writer.take(), false)).toEqual(['false two']);
  expect(await read(first, false)).toEqual(['false one']);
});

test('each text has a key of its own', () => {
  let key = 0;
  const writer = new FrameWriter(() => key++);
  for (let i = 0; i < 5; i++) writer.addText('');
  const frames = Buffer.from(writer.take());
  expect(Array.from({ length: 5 }, (_, i) => frames.readUInt32BE(6 * i + 2))).toEqual([0, 1, 2, 3, 4]);
});

test('frames of all kinds go behind each other', async () => {
  const writer = new FrameWriter(() => KEY);
  writer.addText('one');
  writer.add(0x8a, Buffer.from('pong'));
  writer.add(0x82, Buffer.from('two'));
  expect(Buffer.from(writer.take())).toEqual(
    Buffer.concat([
      textFrame('one', KEY),
      frameOf(0x8a, Buffer.from('pong'), KEY),
      frameOf(0x82, Buffer.from('two'), KEY),
    ]),
  );
});

test('what it writes its own reader reads', () => {
  const said: string[] = [];
  const reader = new FrameReader({ masked: true, mostMessageBytes: 1000, isUtf8 });
  const bytes = Buffer.concat([textFrame('a€', KEY), closeFrame(1001, 'away', KEY)]);
  for (let at = 0; at < bytes.length; )
    at = reader.read(bytes, at, bytes.length, {
      message: (payload, text) => void said.push(`${text} ${Buffer.from(payload).toString()}`),
      pinged: () => {},
      ponged: () => {},
      closing: (code, reason) => void said.push(`${code} ${reason}`),
      broken: (code) => void said.push(`broken ${code}`),
    });
  expect([said, reader.over]).toEqual([['true a€', '1001 away'], true]);
});

test.each([1, 126, 65_536, 70_000])(
  'a text of %i bytes in fragments is the text, with pings between them',
  (bytes) => {
    const text = 'é'.repeat(bytes / 2).padEnd(bytes / 2 + (bytes % 2), 'x');
    const frame = textFrame(text);
    const partBytes = Math.ceil(frame.length / 7);
    const pieces: Uint8Array[] = [];
    for (let from = 0; from < frame.length; from += partBytes) {
      pieces.push(
        fragmentOf(frame, from, Math.min(frame.length, from + partBytes)),
        frameOf(FINAL | OPCODE.ping, new Uint8Array(0)),
      );
    }
    const said: string[] = [];
    const reader = new FrameReader({ masked: false, mostMessageBytes: 100_000, isUtf8 });
    const all = Buffer.concat(pieces);
    let pings = 0;
    for (let at = 0; at < all.length; )
      at = reader.read(all, at, all.length, {
        message: (payload, isText) => void said.push(`${isText} ${Buffer.from(payload).toString()}`),
        pinged: () => void pings++,
        ponged: () => {},
        closing: () => {},
        broken: (code, reason) => void said.push(`broken ${code} ${reason}`),
      });
    expect(said).toEqual([`true ${text}`]);
    expect(pings).toBe(pieces.length / 2);
  },
);
