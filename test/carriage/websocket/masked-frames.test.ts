import { expect, test } from 'vitest';
// @ts-expect-error: not in its types
import { Receiver } from 'ws';
import { MaskedFrames } from '../../../src/carriage/websocket/masked-frames.ts';

async function read(frames: Buffer, count: number): Promise<[string, boolean][]> {
  const receiver = new Receiver({ isServer: true, allowSynchronousEvents: true });
  const read: [string, boolean][] = [];
  receiver.on('message', (data: Buffer, isBinary: boolean) => read.push([String(data), isBinary]));
  receiver.write(frames);
  await expect.poll(() => read.length).toBe(count);
  return read;
}

test.each([0, 1, 3, 125, 126, 300, 1023, 65_535, 65_536, 200_000])(
  'a text of %i bytes is what a strict decoder reads, ASCII or not',
  async (size) => {
    const texts = ['x'.repeat(size), `${'é'.repeat(size >> 1)}${size % 2 === 1 ? 'x' : ''}`];
    const frames = new MaskedFrames();
    for (const text of texts) frames.addText(text);
    expect(await read(frames.take(), 2)).toEqual(texts.map((text) => [text, false]));
  },
);

test('what was taken is not taken again, and not written over', async () => {
  const frames = new MaskedFrames();
  expect(frames.empty).toBe(true);
  frames.addText('one');
  expect(frames.empty).toBe(false);
  const first = frames.take();
  expect(frames.empty).toBe(true);
  expect(frames.take()).toHaveLength(0);
  frames.addText('two');
  expect(await read(frames.take(), 1)).toEqual([['two', false]]);
  expect(await read(first, 1)).toEqual([['one', false]]);
});

test('keys are others each time', () => {
  const keys = Array.from({ length: 5000 }, () => {
    const frames = new MaskedFrames();
    frames.addText('');
    return frames.take().toString('hex', 2);
  });
  expect(new Set(keys).size).toBeGreaterThan(4990);
});
