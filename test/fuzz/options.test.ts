import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const RUN = fileURLToPath(new URL('../../lab/fuzz/run.mjs', import.meta.url));

function fuzz(...args: string[]) {
  return spawnSync(process.execPath, [RUN, ...args], { encoding: 'utf8', timeout: 20_000 });
}

test.each([
  [['no-such'], 'no target "no-such": there are agent-messages, captures, '],
  [['frames', 'receipts'], "Unexpected argument 'receipts'"],
  [['--seed', '1.5'], '--seed must be a whole number from 0, got "1.5"'],
  [['--replay', 'AAAA'], '--replay needs the name of one target'],
])('%j is refused in a line', (args, says) => {
  const { status, stdout, stderr } = fuzz(...args);
  expect(stderr).toContain(says);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stdout).toBe('');
  expect(status).toBe(1);
});

test('--help tells how it is used', () => {
  const { status, stdout } = fuzz('--help');
  expect(stdout).toContain('Usage: npm run fuzz -- [TARGET|all] [options]');
  expect(status).toBe(0);
});

test('one target can be run, and one input', () => {
  const run = fuzz('chaos-specs', '--inputs', '1000', '--seed', '7');
  expect(run.stdout).toMatch(/^chaos-specs: seed 7, 1000 inputs, \d+ outcomes, .* nothing found\n$/);
  expect(run.status).toBe(0);
  const replay = fuzz('chaos-specs', '--replay', Buffer.from('cut=5s').toString('base64url'));
  expect(replay.stdout.trim()).not.toBe('');
  expect(replay.status).toBe(0);
});
