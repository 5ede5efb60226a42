import { expect, test } from 'vitest';
import { openStream, StreamError, verify } from '../../src/index.ts';

const stream = openStream('users?seed=7');
const lines = Array.from({ length: 50 }, (_, seq) => `${new TextDecoder().decode(stream.message(seq))}\n`);

async function* slowly(parts: Iterable<string | Uint8Array>): AsyncGenerator<string | Uint8Array> {
  for (const part of parts) {
    await Promise.resolve();
    yield part;
  }
}

test('takes text and bytes, in any iterable, and gives a verdict', async () => {
  const bytes = lines.map((line) => Buffer.from(line));
  for (const capture of [lines, slowly(lines), slowly(bytes), bytes]) {
    expect(await verify('users?seed=7', capture, { count: 50 })).toMatchObject({
      verdict: 'proved',
      messages: 50,
    });
  }
});

test('tells of what is wrong as soon as it is sure', async () => {
  const told: string[] = [];
  const verdict = await verify('users?seed=7', [...lines.slice(0, 9), ...lines.slice(8, 40)], {
    count: 50,
    onFinding: ({ kind, from, to }) => told.push(`${kind} ${from} to ${to}`),
  });
  expect(told).toEqual(['repeated 8 to 8', 'lost 40 to 49']);
  expect(verdict).toMatchObject({ verdict: 'failed', lost: 10, repeated: 1 });
});

test('rejects a stream that is not there, and what the capture throws', async () => {
  await expect(verify('orders', [])).rejects.toThrow(StreamError);
  const broken = (async function* () {
    yield lines[0] ?? '';
    throw new Error('the disk is gone');
  })();
  await expect(verify('users?seed=7', broken)).rejects.toThrow('the disk is gone');
});
