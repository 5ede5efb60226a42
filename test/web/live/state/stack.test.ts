import { expect, test } from 'vitest';
import { stacked } from '../../../../web/live/state/stack.ts';

test('each line stands on those before it, and on the ground where they are not', () => {
  const { layers, totals } = stacked([
    [
      { at_ms: 1, value: 2 },
      { at_ms: 2, value: Number.NaN },
    ],
    [
      { at_ms: 1, value: 1 },
      { at_ms: 2, value: 3 },
    ],
  ]);
  expect(layers[0]?.[1]?.value).toBeNaN();
  expect(layers[1]).toEqual([
    { at_ms: 1, low: 2, value: 3 },
    { at_ms: 2, low: 0, value: 3 },
  ]);
  expect(totals).toEqual([
    { at_ms: 1, value: 3 },
    { at_ms: 2, value: 3 },
  ]);
});
