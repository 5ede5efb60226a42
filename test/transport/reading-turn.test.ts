import { expect, test } from 'vitest';
import { ReadingTurn } from '../../src/transport/reading-turn.ts';

test('a turn is over 2 ms after somebody first asked, until the event loop has come round', async () => {
  let nowMs = 10;
  const turn = new ReadingTurn(() => nowMs);
  expect(turn.over).toBe(false);
  nowMs = 12;
  expect(turn.over).toBe(false);
  nowMs = 12.1;
  expect(turn.over).toBe(true);
  expect(turn.over).toBe(true);
  await new Promise((resolve) => setImmediate(resolve));
  expect(turn.over).toBe(false);
});
