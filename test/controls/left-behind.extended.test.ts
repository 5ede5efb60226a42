import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { Copy } from '../../lab/controls/copy.mjs';
import { Scope } from '../../lab/kit/scope.mjs';
import { temporaryFolder } from '../e2e/processes.ts';

const ENDLESS = `import { writeFileSync } from 'node:fs';
import { test } from 'vitest';
test('never ends', () => {
  writeFileSync(process.env.PID_FILE, String(process.pid));
  for (;;);
});
`;

const runs = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('a worker that a bug holds in a loop ends with the tool', async () => {
  const file = join(temporaryFolder(), 'pid');
  const scope = new Scope();
  onTestFinished(() => scope.close());
  const copy = new Copy(scope, fileURLToPath(new URL('../..', import.meta.url)));
  copy.write('test/endless.test.ts', ENDLESS);
  void copy.test(['test/endless.test.ts'], { PID_FILE: file }).catch(() => {});
  await expect
    .poll(() => existsSync(file) && readFileSync(file, 'utf8') !== '', { timeout: 60_000 })
    .toBe(true);
  const pid = Number(readFileSync(file, 'utf8'));
  expect(runs(pid)).toBe(true);
  await scope.close();
  await expect.poll(() => runs(pid), { timeout: 60_000 }).toBe(false);
});
