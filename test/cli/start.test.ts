import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
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

test('every command starts with two files and what the bundler adds for CommonJS, and with nothing that opens sockets or makes streams', () => {
  const { files, others } = loadedWith(join(built, 'main.js'));
  const names = [...files].map((file) => basename(file).replace(/(-[\w-]{8})?\.js$/, ''));
  expect(names.sort()).toEqual(['main', 'rolldown-runtime', 'start']);
  expect([...others].sort()).toEqual(['node:fs', 'node:module', 'node:path']);
});

test.each([
  ['encoder-worker', []],
  ['server-process', ['valibot']],
  ['client-process', ['valibot']],
  ['worker-program', ['valibot']],
])(
  '%s, which is started by its place beside the command, is one file that loads %j and what Node has',
  (name, packages) => {
    const { files, others } = loadedWith(join(built, `${name}.js`));
    expect(files.size).toBe(1);
    expect([...others].filter((other) => !other.startsWith('node:')).sort()).toEqual(packages);
  },
);

test('what is run can be read by any Node: it says which one is needed, or loads the rest', () => {
  const gate = readFileSync(join(built, 'tidemark.js'), 'utf8');
  const run = (version: string) => {
    const told: string[] = [];
    const process = {
      versions: { node: version },
      stderr: { write: (text: string) => told.push(text) },
      exitCode: 0,
    };
    const body = gate.replace(/^#!.*/, '').replace("import('./main.js')", "told.push('loaded')");
    new Function('process', 'told', body)(process, told);
    return [...told, process.exitCode];
  };
  expect(gate).not.toMatch(/=>|\bconst\b|\bawait\b|`|^import /m);
  for (const old of ['8.17.0', '18.20.8', '20.18.3'])
    expect(run(old)).toEqual([`tidemark: needs Node 20.19 or newer, and this is Node ${old}\n`, 1]);
  for (const young of ['20.19.0', '22.0.0', '100.1.0']) expect(run(young)).toEqual(['loaded', 0]);
});
