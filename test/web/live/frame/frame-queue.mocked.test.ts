import { afterEach, expect, test, vi } from 'vitest';
import { FrameQueue, type Steps } from '../../../../web/live/frame/frame-queue.ts';

afterEach(() => vi.unstubAllGlobals());

test('what is to be kept is drawn to its end before the next frame', () => {
  const frames: (() => void)[] = [];
  vi.stubGlobal('requestAnimationFrame', (frame: () => void) => frames.push(frame));
  const drawn: number[] = [];
  function* rows(from: number): Steps {
    for (let row = from; row < from + 500; row++) {
      drawn.push(row);
      yield;
    }
  }
  const queue = new FrameQueue();
  queue.put('roster', rows(0));
  queue.put('feed', rows(500));
  queue.finish();
  expect(drawn).toEqual(Array.from({ length: 1000 }, (_, row) => row));
  for (const frame of frames) frame();
  expect(drawn).toHaveLength(1000);
});
