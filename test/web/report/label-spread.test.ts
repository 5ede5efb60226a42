import fc from 'fast-check';
import { expect, test } from 'vitest';
import { spreadLabels } from '../../../web/report/label-spread.ts';

test('labels that have room stay', () => {
  expect(spreadLabels([50, 10, 90], 14, 0, 100)).toEqual([50, 10, 90]);
});

test('labels of one place are set around it, in their order', () => {
  expect(spreadLabels([50, 50, 50], 10, 0, 100)).toEqual([40, 50, 60]);
});

test('labels at an edge are pushed into the column', () => {
  expect(spreadLabels([0, 0, 2], 10, 0, 100)).toEqual([0, 10, 20]);
  expect(spreadLabels([100, 99], 10, 0, 100)).toEqual([100, 90]);
});

test('no two touch, all are in the column, and their order is kept', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -50, max: 350, noNaN: true }), { maxLength: 20 }), (wanted) => {
      const placed = spreadLabels(wanted, 14, 0, 300);
      const order = wanted.map((_, i) => i).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
      const inOrder = order.map((index) => placed[index] ?? Number.NaN);
      expect(inOrder.slice(1).filter((y, i) => y - (inOrder[i] ?? 0) < 14 - 1e-9)).toEqual([]);
      expect(placed.filter((y) => y < -1e-9 || y > 300 + 1e-9)).toEqual([]);
    }),
  );
});
