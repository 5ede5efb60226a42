import { expect, onTestFinished, test, vi } from 'vitest';
import { type DemoFlags, demoCommand } from '../../../src/cli/demo/options.ts';

async function parsed(...words: string[]) {
  const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  onTestFinished(() => told.mockRestore());
  let flags: DemoFlags | undefined;
  const command = demoCommand(async (given) => {
    flags = given;
  });
  await command.parseAsync(words, { from: 'user' });
  return { crash: flags?.crash, told: told.mock.calls.map(([text]) => String(text)) };
}

test('the server is killed unless that is left out, which has an older name', async () => {
  expect(await parsed()).toEqual({ crash: true, told: [] });
  expect(await parsed('--no-crash')).toEqual({ crash: false, told: [] });
  expect(await parsed('--no-kill')).toEqual({
    crash: false,
    told: ['tidemark: --no-kill is called --no-crash now\n'],
  });
});
