import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

/** Reads every import of src/ and fails on an edge that ARCHITECTURE.md does not allow. */
const source = fileURLToPath(new URL('../src', import.meta.url));

/** What each floor may import, besides itself: floors, and packages by name. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  wording: [],
  stream: ['wording'],
  measure: ['wording', 'stream'],
  capture: ['wording', 'stream'],
  verify: ['wording', 'stream', 'capture'],
  analysis: ['wording', 'stream', 'measure'],
  report: ['wording', 'analysis', 'node:crypto', 'node:fs'],
  fault: ['wording', 'stream'],
  chaos: ['wording', 'stream', 'fault', 'node:events', 'node:net', 'node:stream', 'node:tls'],
  delivery: ['wording', 'stream'],
  session: ['wording', 'stream', 'measure', 'capture', 'delivery', 'valibot'],
  transport: [
    'wording',
    'stream',
    'measure',
    'ws',
    'node:buffer',
    'node:crypto',
    'node:http',
    'node:net',
    'node:stream',
    'node:tls',
  ],
  server: [
    'wording',
    'version',
    'stream',
    'delivery',
    'session',
    'transport',
    'fault',
    'chaos',
    'node:crypto',
    'node:http',
    'node:https',
    'node:net',
    'node:os',
    'node:stream',
    'node:tls',
    'node:worker_threads',
  ],
  client: [
    ...['wording', 'version', 'stream', 'measure', 'capture', 'delivery', 'session', 'transport'],
    ...['valibot', 'node:crypto', 'node:fs', 'node:os', 'node:path'],
  ],
  'run-file': ['wording', 'measure', 'analysis', 'session', 'valibot', 'node:fs', 'node:zlib'],
  bench: [
    ...['wording', 'version', 'stream', 'measure', 'analysis', 'run-file', 'delivery', 'session'],
    ...['server', 'client'],
    ...['node:child_process', 'node:fs', 'node:os', 'node:path', 'node:perf_hooks', 'node:url'],
  ],
  selftest: [
    ...['wording', 'stream', 'measure', 'capture', 'fault', 'chaos', 'server', 'client', 'verify'],
    ...['node:fs', 'node:os', 'node:path'],
  ],
  cli: [
    'fault',
    ...[
      'wording',
      'version',
      'stream',
      'measure',
      'capture',
      'delivery',
      'session',
      'server',
      'client',
      'verify',
      'chaos',
      'selftest',
      'analysis',
      'report',
      'run-file',
      'bench',
    ],
    ...['commander', 'picocolors'],
    ...[
      'node:child_process',
      'node:events',
      'node:fs',
      'node:net',
      'node:path',
      'node:readline',
      'node:stream',
      'node:url',
      'node:util',
      'node:zlib',
    ],
  ],
  version: ['node:fs'],
  index: ['stream', 'measure', 'capture', 'server', 'client', 'verify', 'chaos'],
};

/** The one exception, with its reasons in docs/adr/0002. */
const EXCEPTIONS: Readonly<Record<string, readonly string[]>> = {
  'stream/digest.ts': ['node:crypto', 'node:zlib'],
};

/** Rooms of one floor that know nothing of each other; what they share lies in the floor's root, which knows neither. */
const ROOMS_APART = ['session/conversation', 'session/run'];

const PURE_FLOORS = ['wording', 'stream', 'measure', 'capture', 'fault', 'delivery', 'session', 'analysis'];
const IMPURE = [
  /\basync\b/,
  /\bawait\b/,
  /\bPromise\b/,
  /\bset(Timeout|Interval|Immediate)\b/,
  /\bqueueMicrotask\b/,
  /\bDate\b/,
  /\bperformance\b/,
  /\bMath\.random\b/,
  /\bprocess\b/,
  /\bconsole\b/,
];

/**
 * These may differ in the last bit from one engine to another. A stream's bytes must not; a due time may: no
 * clock shows its last bit.
 */
const INEXACT = [/\bMath\.(log|log2|log10|log1p|exp|expm1|pow|sin|cos|tan)\b/, /\*\*/];

const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, text: readFileSync(join(source, name), 'utf8') }));

const floorOf = (name: string) => name.split('/')[0]?.replace(/\.ts$/, '') ?? '';

function importsOf(name: string, text: string): string[] {
  const statements = /^(?:import|export|\}) ?(?:[^'\n]*? from )?'([^'\n]+)';$|\bimport\('([^']+)'\)/gm;
  const specifiers = [...text.matchAll(statements)].map(([, fixed, dynamic]) => fixed ?? dynamic ?? '');
  return specifiers.map((specifier) => {
    if (!specifier.startsWith('.')) return specifier;
    return floorOf(relative(source, join(source, dirname(name), specifier)));
  });
}

/** The files that are loaded with one, before anything runs: types are gone by then. */
function loadedWith(name: string, loaded = new Set<string>()): Set<string> {
  const text = files.find((file) => file.name === name)?.text;
  if (text === undefined || loaded.has(name)) return loaded;
  loaded.add(name);
  for (const [, type, specifier = ''] of text.matchAll(
    /^(?:import|export|\}) ?(type )?(?:[^'\n]*? from )?'(\.[^'\n]+)';$/gm,
  )) {
    if (type === undefined) loadedWith(relative(source, join(source, dirname(name), specifier)), loaded);
  }
  return loaded;
}

test('the command line does not load what makes, moves or measures streams before it is told to', () => {
  const loaded = [...loadedWith('cli/tidemark.ts')];
  expect(loaded).toContain('cli/serve.ts');
  expect(loaded.filter((name) => /^(stream|transport|client|bench|analysis)\//.test(name)).sort()).toEqual([
    'bench/defaults.ts',
    'client/defaults.ts',
    'stream/stream-error.ts',
  ]);
  expect([...loadedWith('server/serve.ts')]).toContain('stream/users-texts.ts');
});

describe('layering', () => {
  test.each(files)('$name imports only what its floor may', ({ name, text }) => {
    const floor = floorOf(name);
    const allowed = [floor, ...(ALLOWED[floor] ?? []), ...(EXCEPTIONS[name] ?? [])];
    expect(importsOf(name, text).filter((target) => !allowed.includes(target))).toEqual([]);
  });

  const apart = files.filter(({ name }) => ROOMS_APART.some((room) => floorOf(room) === floorOf(name)));
  test.each(apart)('$name imports from no room beside it', ({ name, text }) => {
    const targets = [...text.matchAll(/ from '(\.[^']+)';$/gm)].map(([, specifier = '']) =>
      relative(source, join(source, dirname(name), specifier)),
    );
    const others = ROOMS_APART.filter((room) => !name.startsWith(`${room}/`));
    expect(targets.filter((target) => others.some((room) => target.startsWith(`${room}/`)))).toEqual([]);
  });

  test('an edge upwards would be found', () => {
    expect(importsOf('stream/x.ts', "import { serve } from '../server/serve.ts';")).toEqual(['server']);
    expect(importsOf('stream/x.ts', "const fs = await import('node:fs');")).toEqual(['node:fs']);
  });

  const linesWith = (text: string, patterns: readonly RegExp[]) => {
    const code = text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '').split('\n');
    return code.filter((line) => patterns.some((pattern) => pattern.test(line)));
  };

  const pure = files.filter(({ name }) => PURE_FLOORS.includes(floorOf(name)));
  test.each(pure)('$name is pure', ({ text }) => {
    expect(linesWith(text, IMPURE)).toEqual([]);
  });

  test.each(pure.filter(({ name }) => floorOf(name) === 'stream'))(
    '$name calls no function that engines may compute differently',
    ({ text }) => {
      expect(linesWith(text, INEXACT)).toEqual([]);
    },
  );

  test('no file has more than 400 lines', () => {
    expect(files.filter(({ text }) => text.split('\n').length > 401).map(({ name }) => name)).toEqual([]);
  });
});
