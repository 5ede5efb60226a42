import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const RUN = fileURLToPath(new URL('../../lab/faults/run.mjs', import.meta.url));

test('a campaign that is not there, or a number that is none, is refused', () => {
  for (const [args, says] of [
    [['--only', 'no-such'], 'no campaign "no-such": there are server-kill, client-kill'],
    [['--runs', '0'], '--runs must be a whole number from 1, got "0"'],
  ] as const) {
    const { status, stderr } = spawnSync(process.execPath, [RUN, ...args], { encoding: 'utf8' });
    expect(stderr).toContain(says);
    expect(stderr).not.toContain('    at '); // a stack trace
    expect(status).toBe(1);
  }
});

test('--help tells how it is used', () => {
  const { status, stdout } = spawnSync(process.execPath, [RUN, '--help'], { encoding: 'utf8' });
  expect(stdout).toContain('Usage: npm run faults -- [options]');
  expect(status).toBe(0);
});
