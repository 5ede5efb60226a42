import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { freePort, outcome, Process, PYTHON, serveOn } from './processes.ts';

const folder = fileURLToPath(new URL('../../examples', import.meta.url));

function example(name: string, ...args: string[]): Process {
  return new Process(name.endsWith('.py') ? PYTHON : process.execPath, [`${folder}/${name}`, ...args]);
}

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

test('dashboard_feed.py', async () => {
  const port = await freePort();
  const server = await serveOn(port);
  const { code, stdout } = await outcome(
    example('dashboard_feed.py', `ws://127.0.0.1:${port}/users?rate=100`),
  );
  expect(stdout.split('\n')).toHaveLength(5);
  expect(code).toBe(0);
  expect(await server.event('message')).toMatchObject({ text: 'five users are on the dashboard' });
});

test('every example is run here', () => {
  expect(readdirSync(folder).sort()).toEqual(['check-a-block.mjs', 'dashboard_feed.py', 'library.mjs']);
});
