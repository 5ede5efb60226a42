import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { connect } from '../../src/client/connect.ts';
import type { Block } from '../../src/measure/finished-block.ts';
import { serve } from '../../src/server/serve.ts';

async function url(): Promise<string> {
  const server = await serve({ port: 0 });
  onTestFinished(() => server.close());
  return `${server.url}/users?seed=7&rate=200`;
}

async function all(run: AsyncIterable<Block>): Promise<Block[]> {
  const blocks: Block[] = [];
  for await (const block of run) {
    expect(block.messages.map(({ seq }) => seq)).toEqual(
      Array.from({ length: block.count }, (_, index) => block.from + index),
    );
    blocks.push(block);
  }
  return blocks;
}

test('a run that is iterated as soon as it has begun gives every block', async () => {
  const run = connect(`${await url()}&count=100`, { block: 20 }).start();
  expect((await all(run)).map(({ block }) => block)).toEqual([1, 2, 3, 4, 5]);
  expect((await run.closed).verdict).toBe('proved');
});

test('a run that is iterated later gives the blocks that begin from then on, with all their messages', async () => {
  let seen = 0;
  const run = connect(await url(), {
    block: 20,
    onEvent: ({ event }) => {
      if (event === 'block') seen++;
    },
  }).start();
  onTestFinished(() => run.stop());
  await expect.poll(() => seen).toBeGreaterThan(0);
  await sleep(30); // within a block, most likely
  const before = seen;
  const blocks: number[] = [];
  for await (const { block, from, count, messages } of run) {
    expect(messages.map(({ seq }) => seq)).toEqual(Array.from({ length: count }, (_, index) => from + index));
    if (blocks.push(block) === 3) break;
  }
  const [first = 0] = blocks;
  expect(first).toBeGreaterThan(before);
  expect(blocks).toEqual([first, first + 1, first + 2]);
});
