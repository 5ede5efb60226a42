import { expect, test } from 'vitest';
import { Random } from '../../lab/kit/random.mjs';

test('choices are the same again from their seed', () => {
  const drawn = (seed: number) => {
    const random = new Random(seed);
    return [random.uniform(), random.below(1000), random.between(5, 9), random.pick('abcdefgh'.split(''))];
  };
  expect(drawn(7)).toEqual(drawn(7));
  expect(drawn(7)).not.toEqual(drawn(8));
});

test('integers are within their bounds, and reach them', () => {
  const random = new Random(1);
  const drawn = Array.from({ length: 200 }, () => random.between(5, 8));
  expect([...new Set(drawn)].toSorted()).toEqual([5, 6, 7]);
});

test('a shuffle keeps what there is', () => {
  const values = Array.from({ length: 50 }, (_, index) => index);
  const shuffled = new Random(3).shuffled(values);
  expect(shuffled).not.toEqual(values);
  expect(shuffled.toSorted((a, b) => a - b)).toEqual(values);
});
