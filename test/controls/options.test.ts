import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const RUN = fileURLToPath(new URL('../../lab/controls/run.mjs', import.meta.url));

function controls(...args: string[]) {
  return spawnSync(process.execPath, [RUN, ...args], { encoding: 'utf8', timeout: 20_000 });
}

test.each([
  [['--sample', '0'], '--sample must be a whole number from 1, got "0"'],
  [['--only', 'no-such'], '--only: no planted bug has "no-such" in its name; --list names all'],
  [['resume'], "Unexpected argument 'resume'"],
])('%j is refused in a line', (args, says) => {
  const { status, stdout, stderr } = controls(...args);
  expect(stderr).toContain(says);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stdout).toBe('');
  expect(status).toBe(1);
});

test('--help tells how it is used', () => {
  const { status, stdout } = controls('--help');
  expect(stdout).toContain('Usage: npm run controls -- [options]');
  expect(status).toBe(0);
});

test('a sample is of those that are asked for', () => {
  const lines = controls('--list', '--only', 'clock', '--sample', '2').stdout.trim().split('\n');
  expect(lines).toHaveLength(2);
  for (const line of lines) expect(line).toContain('clock');
});
