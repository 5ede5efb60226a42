import { closeSync, openSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { LineWriter } from '../../../src/cli/output/line-writer.ts';

test('a full disk is told once, and nothing more is taken', async () => {
  const file = openSync('/dev/full', 'w');
  onTestFinished(() => closeSync(file));
  const told: unknown[] = [];
  const writer = new LineWriter(file, {
    broken: ({ code }) => told.push(code),
    full: (full) => told.push(full),
  });
  for (let line = 0; line < 100; line++) writer.write(`line ${line}`);
  await writer.flush();
  writer.write('more');
  await writer.flush();
  expect(told).toEqual(['ENOSPC']);
  expect(writer.backlogBytes).toBe(0);
});
