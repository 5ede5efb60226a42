import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { agentCommand } from '../../../src/cli/agent/options.ts';
import { benchCommand } from '../../../src/cli/bench/options.ts';
import { chaosCommand } from '../../../src/cli/chaos/options.ts';
import { connectCommand } from '../../../src/cli/connect/options.ts';
import { FLAGS_OF_ADVICE } from '../../../src/cli/output/advice.ts';
import { flagOf } from '../../../src/cli/output/flag.ts';
import { publishCommand } from '../../../src/cli/publish/options.ts';
import { serveCommand } from '../../../src/cli/serve/options.ts';
import { verifyCommand } from '../../../src/cli/verify/options.ts';

const source = fileURLToPath(new URL('../../../src/', import.meta.url));
/** The library: all but the command line. Comments are for who reads the source. */
const library = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.startsWith(`cli${sep}`))
  .map((path) => ({
    path,
    text: readFileSync(join(source, path), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, ''),
  }));
const run = async () => {};
const commands = [
  ...[serveCommand, connectCommand, benchCommand, chaosCommand, verifyCommand, publishCommand, agentCommand],
].map((command) => command(run));
const flags = new Set(commands.flatMap(({ options }) => options.map(({ long }) => long)));

test('no message of the library names a flag', () => {
  const named = library.flatMap(({ path, text }) =>
    [...text.matchAll(/(?<=['"`(] ?|\w )--[a-z][a-z-]+(?![.\w])/g)].map(([flag]) => `${path}: ${flag}`),
  );
  expect(named).toEqual([]);
});

test('every option that a message of the library names is a flag of a command', () => {
  const options = new Set(
    library.flatMap(({ text }) =>
      [...text.matchAll(/(?:badOption|conflictingOption|withoutLocal|nameOf)\(\s*'(\w+)'/g)].map(
        ([, option = '']) => option,
      ),
    ),
  );
  options.delete('defaultSeed'); // of openStream alone, which commands do not give
  expect(options.size).toBeGreaterThan(20);
  const unknown = [...options].filter((option) => {
    const named = flagOf(option).match(/--[a-z-]+/g) ?? [];
    return option !== 'url' && (named.length === 0 || named.some((flag) => !flags.has(flag)));
  });
  expect(unknown).toEqual([]);
});

test.each([
  ['allowOrigins', '--allow-origin'],
  ['basePath', '--base-path'],
  ['listen', '--listen'],
  ['heartbeatMs', '--ping'],
  ['url', 'URL'],
])('%s is %s', (option, flag) => {
  expect(flagOf(option)).toBe(flag);
});

test.each(Object.entries(FLAGS_OF_ADVICE))(
  'the library gives the advice %s, whose flag a command has',
  (advice, told) => {
    const places = library.filter(({ text }) => /advice/i.test(text) && text.includes(`: '${advice}'`));
    expect(places).toHaveLength(1);
    const [flag = 'none'] = told.match(/--[a-z-]+/) ?? [];
    expect(flags).toContain(flag);
  },
);
