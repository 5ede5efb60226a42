import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** Reads what is built, as users have it. */
const built = fileURLToPath(new URL('../../dist/cli', import.meta.url));

/** What a module has in front, and what that has: files of ours, and names of what is not. */
function loadedWith(file: string, files = new Set<string>(), others = new Set<string>()) {
  if (files.has(file)) return { files, others };
  files.add(file);
  for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(/^import (?:[^"]*? from )?"([^"]+)";$/gm)) {
    if (name.startsWith('.')) loadedWith(join(dirname(file), name), files, others);
    else others.add(name);
  }
  return { files, others };
}

test('every command starts with two files, and with nothing that opens sockets or makes streams', () => {
  const { files, others } = loadedWith(join(built, 'tidemark.js'));
  expect(files.size).toBe(2);
  expect([...others].sort()).toEqual(['node:events', 'node:fs', 'node:module', 'node:path', 'node:util']);
});

test.each([
  ['encoder-worker', []],
  ['server-process', ['valibot', 'ws']],
  ['client-process', ['valibot', 'ws']],
])(
  '%s, which is started by its place beside the command, is one file that loads %j and what Node has',
  (name, packages) => {
    const { files, others } = loadedWith(join(built, `${name}.js`));
    expect(files.size).toBe(1);
    expect([...others].filter((other) => !other.startsWith('node:')).sort()).toEqual(packages);
  },
);
