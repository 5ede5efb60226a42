import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { outcome, Process } from './processes.ts';

const folder = fileURLToPath(new URL('../../examples', import.meta.url));

const example = (name: string) => new Process(process.execPath, [`${folder}/${name}`]);

test('library.mjs', async () => {
  const { code, stdout } = await outcome(example('library.mjs'));
  expect(stdout.split('\n')).toEqual([
    expect.stringMatching(/^block 1 in \d+\.\d ms: Christie Green, Ezekiel Howe, Rachel Baumbach, /),
    expect.stringMatching(/^block 2 in /),
    expect.stringMatching(/^block 3 in /),
    'proved: 15 of 15 messages',
  ]);
  expect(code).toBe(0);
});

test('check-a-block.mjs', async () => {
  const { code, stdout } = await outcome(example('check-a-block.mjs'));
  expect(stdout).toMatch(/crc32 ([0-9a-f]{8}), and by zlib over the text \1$/);
  expect(code).toBe(0);
});

test('every example is run, here or in examples.extended.test.ts', () => {
  const run = ['check-a-block.mjs', 'dashboard_feed.py', 'library.mjs', 'page.html'];
  expect(readdirSync(folder).sort()).toEqual(run);
});
