import { expect, test } from 'vitest';
import { Frames } from '../../../src/cli/top/frames.ts';

/** A terminal that takes what is written when it is told to. */
function terminal() {
  const written: string[] = [];
  const waiting: (() => void)[] = [];
  const frames = new Frames((bytes, done) => {
    written.push(bytes.toString().replaceAll('\u001b', '^'));
    waiting.push(() => done(null, bytes.length));
  });
  const take = async () => {
    waiting.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { frames, written, take };
}

test('the first frame is the whole screen, and later ones are the lines that differ, each in one write', async () => {
  const { frames, written, take } = terminal();
  frames.show(['one', 'two', '']);
  await take();
  frames.show(['one', '2', 'three']);
  await take();
  frames.show(['one']);
  await take();
  expect(written).toEqual([
    '^[?2026h^[2J^[1;1Hone^[K^[2;1Htwo^[K^[?2026l',
    '^[?2026h^[2;1H2^[K^[3;1Hthree^[K^[?2026l',
    '^[?2026h^[2;1H^[K^[3;1H^[K^[?2026l',
  ]);
});

test('lines that are shown already are not written, and those after them are', async () => {
  const { frames, written, take } = terminal();
  frames.show(['one']);
  await take();
  frames.show(['one']);
  frames.show(['two']);
  await take();
  expect(written).toHaveLength(2);
  expect(written[1]).toContain('two');
});

test('while a terminal takes nothing only the latest lines wait', async () => {
  const { frames, written, take } = terminal();
  for (const line of ['one', 'two', 'three']) frames.show([line]);
  expect(written).toHaveLength(1);
  await take();
  expect(written).toHaveLength(2);
  expect(written[1]).toContain('three');
});

test('a screen that something else wrote to is drawn whole', async () => {
  const { frames, written, take } = terminal();
  frames.show(['one', 'two']);
  await take();
  frames.forget();
  frames.show(['one', 'two']);
  await take();
  expect(written[1]).toBe(written[0]);
});

test('once it is stopped nothing is written but what is on its way', async () => {
  const { frames, written, take } = terminal();
  frames.show(['one']);
  frames.show(['two']);
  const stopped = frames.stop();
  await take();
  await stopped;
  expect(written).toHaveLength(1);
});
