import { describe, expect, test } from 'vitest';
import { SHELLS } from '../../../src/cli/completion/options.ts';
import { completionScript } from '../../../src/cli/completion/run.ts';
import { tidemarkProgram } from '../../../src/cli/program.ts';
import { STREAM_KINDS } from '../../../src/stream/kinds/stream-kinds.ts';

/** What the scripts do in a real shell is in test/e2e/completion.extended.test.ts. */
describe.each(SHELLS)('the script for %s', (shell) => {
  const program = tidemarkProgram();
  const script = completionScript(shell, program);
  const words = new Set(script.match(/[\w-]+/g));
  const named = (flag: string) => words.has(flag) || words.has(flag.replace(/^--?/, ''));

  test('has every command, option and choice that help shows', () => {
    for (const command of program.commands) {
      expect(words).toContain(command.name());
      for (const { long, hidden, argChoices } of command.options) {
        if (!hidden) expect(named(long as string), `${command.name()} ${long}`).toBe(true);
        for (const choice of argChoices ?? []) expect(words).toContain(choice);
      }
    }
    for (const kind of STREAM_KINDS) expect(words).toContain(kind);
    for (const each of SHELLS) expect(words).toContain(each);
  });

  test('has nothing of what is hidden, and no tab or other control character', () => {
    const options = program.commands.flatMap((command) => command.options);
    const shown = options.filter(({ hidden }) => !hidden).map(({ long }) => long);
    const hidden = options.map(({ long }) => long as string).filter((long) => !shown.includes(long));
    expect(hidden).toContain('--insecure');
    for (const flag of hidden)
      expect(script).not.toMatch(new RegExp(`(?<![\\w-])(--|-l )${flag.slice(2)}(?![\\w-])`));
    expect(script).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
  });
});
