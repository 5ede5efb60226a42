import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { outcome, Process, temporaryFolder } from '../e2e/processes.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What a clone has before `npm ci`, or after one that was cut short. */
function checkout(): string {
  const folder = temporaryFolder();
  for (const name of ['package.json', 'scripts'])
    cpSync(join(root, name), join(folder, name), { recursive: true });
  return folder;
}

test.each(['run build', 'start', 'test'])('npm %s says what a new checkout needs', async (script) => {
  const cwd = checkout();
  const { code, stderr } = await outcome(new Process('npm', script.split(' '), { cwd }));
  expect(stderr).toBe(`tidemark: this checkout is not installed yet: run npm ci in ${cwd} first`);
  expect(code).toBe(1);
});

test('what is installed by half is not installed', async () => {
  const cwd = checkout();
  mkdirSync(join(cwd, 'node_modules'));
  cpSync(join(root, 'node_modules', 'ws'), join(cwd, 'node_modules', 'ws'), { recursive: true });
  const { code, stderr } = await outcome(new Process('npm', ['run', 'build'], { cwd }));
  expect([code, stderr]).toEqual([
    1,
    `tidemark: this checkout is not installed yet: run npm ci in ${cwd} first`,
  ]);
});
