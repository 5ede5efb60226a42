import { describe, expect, test } from 'vitest';
import { BlockQueue } from '../../../src/client/run/block-queue.ts';
import type { Block } from '../../../src/measure/finished-block.ts';

const blockOf = (block: number): Block => ({
  block,
  from: block,
  to: block,
  count: 1,
  bytes: 0,
  elapsedMs: 0,
  intervalMs: null,
  crc32: 0,
  interrupted: false,
  partial: false,
  messages: [],
});

/** An open queue that notes what it asks for. */
function opened(): { queue: BlockQueue; asked: (boolean | 'abandoned')[] } {
  const asked: (boolean | 'abandoned')[] = [];
  const queue = new BlockQueue({
    full: (full) => asked.push(full),
    abandoned: async () => asked.push('abandoned'),
  });
  queue.open();
  return { queue, asked };
}

const push = (queue: BlockQueue, from: number, to: number) => {
  for (let block = from; block <= to; block++) queue.push(blockOf(block));
};
const next = async (queue: BlockQueue) => {
  const result = await queue.next();
  return result.done === true ? 'done' : result.value.block;
};

test('gives blocks in order, those that wait and those that are waited for', async () => {
  const { queue, asked } = opened();
  push(queue, 1, 2);
  expect(await next(queue)).toBe(1);
  expect(await next(queue)).toBe(2);
  const waiting = next(queue);
  push(queue, 3, 3);
  expect(await waiting).toBe(3);
  expect(asked).toEqual([]);
});

test('keeps nothing before it is opened', async () => {
  const queue = new BlockQueue({ full: () => {}, abandoned: async () => {} });
  push(queue, 1, 100);
  queue.open();
  push(queue, 101, 101);
  expect(await next(queue)).toBe(101);
});

describe('a consumer that is slow', () => {
  test('stops the reading at 16 blocks, and lets it go on at 4', async () => {
    const { queue, asked } = opened();
    push(queue, 1, 15);
    expect(asked).toEqual([]);
    push(queue, 16, 16);
    expect(asked).toEqual([true]);
    for (let block = 1; block <= 11; block++) expect(await next(queue)).toBe(block);
    expect(asked).toEqual([true]);
    expect(await next(queue)).toBe(12);
    expect(asked).toEqual([true, false]);
  });

  test('is told once, however much more comes', () => {
    const { queue, asked } = opened();
    push(queue, 1, 100);
    expect(asked).toEqual([true]);
  });

  test('that empties the queue is told once', async () => {
    const { queue, asked } = opened();
    push(queue, 1, 16);
    for (let block = 1; block <= 16; block++) await queue.next();
    expect(asked).toEqual([true, false]);
  });

  test('can fill it again', async () => {
    const { queue, asked } = opened();
    push(queue, 1, 16);
    for (let block = 1; block <= 14; block++) await queue.next();
    push(queue, 17, 30);
    expect(asked).toEqual([true, false, true]);
  });
});

describe('the end', () => {
  test('comes after the blocks that wait', async () => {
    const { queue } = opened();
    push(queue, 1, 2);
    queue.end();
    expect([await next(queue), await next(queue), await next(queue), await next(queue)]).toEqual([
      1,
      2,
      'done',
      'done',
    ]);
  });

  test('ends a wait', async () => {
    const { queue } = opened();
    const waiting = next(queue);
    queue.end();
    expect(await waiting).toBe('done');
  });
});

describe('a consumer that leaves', () => {
  test('lets reading go on, so that the run can end, and waits for that', async () => {
    let finish: () => void = () => {};
    const ended = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const asked: boolean[] = [];
    const queue = new BlockQueue({ full: (full) => asked.push(full), abandoned: () => ended });
    queue.open();
    push(queue, 1, 20);
    let left = false;
    const leaving = queue.return().then((result) => {
      left = true;
      return result;
    });
    expect(asked).toEqual([true, false]);
    await Promise.resolve();
    expect(left).toBe(false);
    finish();
    expect(await leaving).toEqual({ done: true, value: undefined });
  });

  test('is not given more', async () => {
    const { queue, asked } = opened();
    await queue.return();
    push(queue, 1, 100);
    expect(asked).toEqual(['abandoned']);
  });

  test('by break does so', async () => {
    const { queue, asked } = opened();
    push(queue, 1, 3);
    for await (const { block } of { [Symbol.asyncIterator]: () => queue }) if (block === 2) break;
    expect(asked).toEqual(['abandoned']);
  });
});

test('asked several times before anything comes, it answers each in turn', async () => {
  const { queue } = opened();
  const answers = [queue.next(), queue.next(), queue.next()];
  push(queue, 1, 2);
  queue.end();
  const settled = await Promise.all(answers);
  expect(settled.map(({ value, done }) => (done ? 'done' : value.block))).toEqual([1, 2, 'done']);
});
