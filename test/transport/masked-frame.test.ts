import { once } from 'node:events';
import { expect, test } from 'vitest';
// @ts-expect-error: not in its types
import { Receiver } from 'ws';
import { maskedTextFrame } from '../../src/transport/masked-frame.ts';

test.each([0, 1, 3, 125, 126, 300, 65_535, 65_536, 200_000])(
  'a text of %i bytes is what a strict decoder reads',
  async (size) => {
    const text = `${'é'.repeat(size >> 1)}${size % 2 === 1 ? 'x' : ''}`;
    const receiver = new Receiver({ isServer: true });
    const told = once(receiver, 'message');
    receiver.write(maskedTextFrame(text));
    const [data, isBinary] = await told;
    expect([String(data), isBinary]).toEqual([text, false]);
  },
);

test('keys are others each time', () => {
  const keys = Array.from({ length: 5000 }, () => maskedTextFrame('').toString('hex', 2));
  expect(new Set(keys).size).toBeGreaterThan(4990);
});
