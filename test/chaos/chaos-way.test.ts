import { randomBytes } from 'node:crypto';
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

test('a slow path takes from a large write what fits on it, and the rest as that goes on', async () => {
  let takenBytes = 0;
  const way: ChaosWay = new ChaosWay(
    { delayMs: 0, jitterMs: () => 0, bandwidth: 100_000, sliceBytes: Infinity },
    {
      use: (bytes) => {
        takenBytes += bytes.length;
        way.send(bytes);
      },
      finish: () => {},
    },
  );
  const written = randomBytes(90_000);
  way.end(written);
  expect(takenBytes).toBeLessThanOrEqual(65_536 + 16_384);
  const came: Buffer = Buffer.concat(await way.toArray());
  expect(came.equals(written)).toBe(true);
  expect(takenBytes).toBe(written.length);
});
