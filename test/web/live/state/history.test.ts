import { expect, test } from 'vitest';
import { isActive, placesOf, READINGS, unknownTimes, valuesOf } from '../../../../web/live/state/history.ts';
import { START_MS, second, streamMoment } from '../lines.ts';

const at = (number: number) => START_MS + number * 1000;

test('a stream keeps its place while it is there, and others take what is free', () => {
  const one = [second(1, { streams: [streamMoment({ stream: 'b' }), streamMoment({ stream: 'a' })] })];
  const places = placesOf(one, []);
  expect(places.slice(0, 3)).toEqual(['a', 'b', undefined]);
  const two = [second(2, { streams: [streamMoment({ stream: 'b' }), streamMoment({ stream: 'c' })] })];
  expect(placesOf(two, places).slice(0, 3)).toEqual(['c', 'b', undefined]);
});

test('those without a place are together', () => {
  const streams = Array.from({ length: 12 }, (_, i) => streamMoment({ stream: `s${i}`, messages: 100 - i }));
  const history = [second(1, { streams })];
  const places = placesOf(history, []);
  expect(places).toHaveLength(8);
  expect(isActive(history, places, -1, at(1))).toBe(true);
  expect(valuesOf(history, places, -1, READINGS.messagesPerSecond)).toEqual([
    { at_ms: at(1), value: 92 + 91 + 90 + 89 },
  ]);
});

test('a line breaks where nothing is known, and passes over seconds without a block', () => {
  const none = { streams: [streamMoment({ block_ms: null })] };
  const history = [second(1), second(2, none), second(3), second(9)];
  expect(unknownTimes(history)).toEqual([{ fromMs: at(3), toMs: at(8) }]);
  expect(valuesOf(history, ['users?seed=1'], 0, READINGS.medianMs)).toEqual([
    { at_ms: at(1), value: 400 },
    { at_ms: at(3), value: 400 },
    { at_ms: at(3) + 1, value: Number.NaN },
    { at_ms: at(9), value: 400 },
  ]);
});

test('a stream without clients of which nothing is shown is not active', () => {
  const history = [second(1), second(2, { streams: [streamMoment({ clients: 0, messages: 0, blocks: 0 })] })];
  const places = ['users?seed=1'];
  expect(isActive(history, places, 0, at(1))).toBe(true);
  expect(isActive(history, places, 0, at(2))).toBe(false);
  expect(isActive(history, places, -1, at(1))).toBe(false);
});

test('a rate is of the time that the second took', () => {
  const history = [second(2, { interval_ms: 2000 })];
  expect(valuesOf(history, ['users?seed=1'], 0, READINGS.messagesPerSecond)[0]?.value).toBe(5);
});
