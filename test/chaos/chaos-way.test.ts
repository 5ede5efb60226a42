import { expect, test } from 'vitest';
import { ChaosWay } from '../../src/chaos/chaos-way.ts';

test('what is on its way is not changed when the writer uses its memory again', async () => {
  const way = new ChaosWay({ delayMs: 20, jitterMs: () => 0, bandwidth: Infinity, sliceBytes: 2 });
  const memory = Buffer.from('first');
  await new Promise<void>((resolve) => way.write(memory, () => resolve()));
  memory.write('other');
  way.end(memory);
  expect(Buffer.concat(await way.toArray()).toString()).toBe('firstother');
});
