import { expect, test } from 'vitest';
import { drawKey } from '../../../src/carriage/websocket/draw-key.ts';

test('keys are others each time', () => {
  const drawn = Array.from({ length: 5000 }, drawKey);
  expect(new Set(drawn).size).toBeGreaterThan(4990);
});
