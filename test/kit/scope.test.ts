import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { EventChild } from '../../lab/kit/event-child.mjs';
import { Scope, withScope } from '../../lab/kit/scope.mjs';

const kit = fileURLToPath(new URL('../../lab/kit/', import.meta.url));

test('all of it is undone once, in reverse order', async () => {
  const undone: string[] = [];
  const scope = new Scope();
  scope.defer(() => undone.push('first'));
  const undoSecond = scope.defer(() => undone.push('second'));
  scope.defer(() => undone.push('third'));
  undoSecond();
  undoSecond();
  await scope.close();
  await scope.close();
  expect(undone).toEqual(['second', 'third', 'first']);
});

test('a folder goes with its scope, however that ends', async () => {
  let folder = '';
  const failed = withScope(async (scope) => {
    folder = scope.folder();
    expect(existsSync(folder)).toBe(true);
    throw new Error('meant');
  });
  await expect(failed).rejects.toThrow('meant');
  expect(existsSync(folder)).toBe(false);
});

/** A tool that makes a folder and a process, and what it does then. */
const toolThat = (ends: string) => `
  import { Child } from '${kit}child.mjs';
  import { withScope } from '${kit}scope.mjs';
  import { runTool } from '${kit}tool.mjs';
  await runTool(() => withScope(async (scope) => {
    const child = new Child(scope, process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    console.log(JSON.stringify({ event: 'made', folder: scope.folder(), pid: child.pid }));
    ${ends}
  }));`;
const never = 'await new Promise((resolve) => setTimeout(resolve, 1e8));';
const argsOf = (ends: string) => ['--input-type=module', '-e', toolThat(ends)];

async function expectGone({ folder, pid }: { folder: string; pid: number }): Promise<void> {
  expect(existsSync(folder)).toBe(false);
  await expect.poll(() => existsSync(`/proc/${pid}`)).toBe(false);
}

describe('nothing of a tool is left behind', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('by %s', (signal, code) =>
    withScope(async (scope) => {
      const tool = new EventChild(scope, process.execPath, argsOf(never));
      const made = await tool.event('made');
      tool.kill(signal);
      expect(await tool.end()).toEqual({ code, signal: null });
      await expectGone(made as unknown as { folder: string; pid: number });
    }),
  );

  test('by an error, which is told in a line', async () => {
    const args = argsOf("throw new Error('no such luck');");
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(stderr).toBe('no such luck\n');
    expect(status).toBe(1);
    await expectGone(JSON.parse(stdout));
  });
});
