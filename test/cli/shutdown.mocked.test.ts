import { expect, onTestFinished, test, vi } from 'vitest';
import { Shutdown } from '../../src/cli/shutdown.ts';

test('a first signal asks to stop; a second one ends the process, which does first what it does at once', () => {
  const done: string[] = [];
  const exit = vi.spyOn(process, 'exit').mockImplementation((code) => {
    done.push(`exit ${code}`);
    return undefined as never;
  });
  onTestFinished(() => void vi.restoreAllMocks());
  new Shutdown(() => done.push('stop'), { atOnce: () => done.push('at once') });
  process.emit('SIGTERM');
  expect(done).toEqual(['stop']);
  process.emit('SIGINT');
  expect(done.slice(0, 3)).toEqual(['stop', 'at once', 'exit 130']);
  expect(exit).toHaveBeenCalledOnce();
});
