import { expect, test } from 'vitest';
import { readableFloor } from '../../../../web/live/chart/readable-floor.ts';

const times = (count: number, value: number) => Array.from({ length: count }, () => value);

test('blocks of a burst after a stall do not squeeze all others', () => {
  expect(readableFloor([[...times(40, 200), 0.001, 0.001]])).toBe(1);
});

test('there is none where nothing is so far below', () => {
  expect(readableFloor([])).toBeNull();
  expect(readableFloor([times(40, 200), times(40, 3)])).toBeNull();
});

test('0 has no place on the axis: where it is, there is a floor to show it at', () => {
  expect(readableFloor([times(40, 200), times(40, 0)])).toBe(1);
  expect(readableFloor([[...times(40, 200), 0]])).toBe(1);
  expect(readableFloor([times(40, 0)])).toBe(0.001);
});

test('a stream that is always fast is shown, and one that was there for a moment does not decide', () => {
  expect(readableFloor([times(40, 200), times(20, 0.001)])).toBeNull();
  expect(readableFloor([times(40, 200), times(3, 0.001)])).toBe(1);
});
