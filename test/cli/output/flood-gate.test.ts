import { describe, expect, test } from 'vitest';
import { FloodGate } from '../../../src/cli/output/flood-gate.ts';

const admitted = (gate: FloodGate, nowMs: number, lines: number) =>
  Array.from({ length: lines }, () => gate.admits(nowMs)).filter(Boolean).length;

test('lets so many lines through in a second, and counts the rest', () => {
  const gate = new FloodGate(3);
  expect(admitted(gate, 5000, 10)).toBe(3);
  expect(admitted(gate, 5999.9, 5)).toBe(0);
  expect(gate.takeHeldBack()).toBe(12);
});

test('begins anew with each second of the clock', () => {
  const gate = new FloodGate(3);
  expect([5900, 6000, 6100, 7000].map((nowMs) => admitted(gate, nowMs, 4))).toEqual([3, 3, 0, 3]);
});

test('a count that was taken begins at 0 again', () => {
  const gate = new FloodGate(0);
  admitted(gate, 0, 2);
  expect([gate.takeHeldBack(), gate.takeHeldBack()]).toEqual([2, 0]);
  admitted(gate, 1, 1);
  expect(gate.takeHeldBack()).toBe(1);
});

test('what was let through is not counted', () => {
  const gate = new FloodGate(3);
  admitted(gate, 0, 3);
  expect(gate.takeHeldBack()).toBe(0);
});

test('a clock that steps back shuts nothing for good', () => {
  const gate = new FloodGate(2);
  expect([9000, 3000, 3001, 4000].map((nowMs) => admitted(gate, nowMs, 3))).toEqual([2, 2, 0, 2]);
});

describe('a reader that does not keep up', () => {
  test('is shown nothing, and all of it is counted', () => {
    const gate = new FloodGate(3);
    expect([gate.admits(0, false), gate.admits(1, false)]).toEqual([false, false]);
    expect(gate.takeHeldBack()).toBe(2);
  });

  test('is shown lines again once it does, as many as the second has left', () => {
    const gate = new FloodGate(3);
    expect([false, false, true, true].map((keepsUp) => gate.admits(0, keepsUp))).toEqual([
      false,
      false,
      true,
      false,
    ]);
    expect(gate.takeHeldBack()).toBe(3);
  });
});
