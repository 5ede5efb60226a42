import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

/** Reads every import of src/ and fails on an edge that ARCHITECTURE.md does not allow. */
const source = fileURLToPath(new URL('../src', import.meta.url));

/** What each floor may import, besides itself: floors, and packages by name. A room with an entry of its own is a floor. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  wording: [],
  'carriage/websocket/frame': [],
  stream: ['wording', 'carriage/websocket/frame'],
  measure: ['wording', 'stream'],
  verify: ['wording', 'stream'],
  'run-file/record': ['wording', 'measure', 'session', 'valibot'],
  analysis: ['wording', 'stream', 'measure', 'run-file/record'],
  report: ['wording', 'run-file/record', 'analysis', 'node:crypto', 'node:fs'],
  'chaos/fault': ['wording', 'stream', 'carriage/websocket/frame'],
  chaos: [
    ...['wording', 'stream', 'carriage/websocket/frame', 'chaos/fault'],
    ...['node:events', 'node:net', 'node:stream', 'node:tls'],
  ],
  delivery: ['wording', 'stream', 'measure'],
  session: ['wording', 'stream', 'measure', 'verify', 'delivery', 'valibot'],
  host: ['measure', 'session'],
  carriage: [
    ...['wording', 'stream', 'measure', 'session', 'host', 'carriage/websocket/frame'],
    ...['node:buffer', 'node:crypto', 'node:http', 'node:https', 'node:net', 'node:stream', 'node:tls'],
  ],
  // The packages are optional: nats-packages.ts alone loads them, when it is asked to.
  'carriage/nats': [
    ...['wording', 'stream', 'measure', 'session', 'host', 'carriage'],
    ...['@nats-io/transport-node', '@nats-io/jetstream', '@nats-io/kv', 'node:crypto'],
  ],
  server: [
    'wording',
    'version',
    'stream',
    'measure',
    'delivery',
    'session',
    'host',
    'carriage',
    'chaos/fault',
    'chaos',
    'node:crypto',
    'node:fs',
    'node:http',
    'node:https',
    'node:net',
    'node:os',
    'node:stream',
    'node:tls',
    'node:worker_threads',
  ],
  cluster: [
    ...['wording', 'version', 'stream', 'measure', 'host', 'carriage/nats', 'server'],
    ...['@nats-io/transport-node', '@nats-io/jetstream', '@nats-io/kv', 'node:crypto'], // types alone of NATS'
  ],
  workers: [
    'wording',
    'measure',
    'host',
    'server',
    'node:child_process',
    'node:fs',
    'node:net',
    'node:os',
    'node:stream',
    'node:url',
    'node:v8',
  ],
  // As in the bundle of it: of the carriage what has nothing of Node's.
  'carriage/browser': ['wording', 'stream', 'measure', 'session', 'carriage'],
  browser: [
    'wording',
    'stream',
    'measure',
    'verify',
    'session',
    'host',
    'carriage',
    'carriage/browser',
    'client/run',
  ],
  // Of `carriage/nats` a type alone: a page has nothing of it.
  'client/run': ['wording', 'stream', 'measure', 'verify', 'session', 'host', 'carriage', 'carriage/nats'],
  client: [
    ...['wording', 'version', 'stream', 'measure', 'verify', 'delivery', 'session', 'host', 'carriage'],
    ...['carriage/nats', 'client/run'],
    ...['valibot', 'node:crypto', 'node:fs', 'node:os', 'node:path'],
  ],
  publish: [
    ...['wording', 'stream', 'measure', 'delivery', 'session', 'host', 'carriage', 'carriage/nats'],
    ...['@nats-io/jetstream', 'node:crypto'], // types alone of the first
  ],
  'run-file': ['wording', 'measure', 'session', 'run-file/record', 'valibot', 'node:fs', 'node:zlib'],
  // Of NATS' packages the types alone.
  bench: [
    ...['wording', 'version', 'stream', 'measure', 'run-file/record', 'run-file', 'delivery', 'session'],
    ...['host', 'carriage/nats', 'server', 'client/run', 'client', 'valibot', '@nats-io/transport-node'],
    ...['node:child_process', 'node:crypto', 'node:fs', 'node:os', 'node:path', 'node:perf_hooks'],
    'node:url',
  ],
  selftest: [
    ...['wording', 'stream', 'measure', 'verify', 'chaos/fault', 'chaos', 'server', 'client/run', 'client'],
    ...['node:fs', 'node:os', 'node:path'],
  ],
  cli: [
    ...[
      'wording',
      'version',
      'stream',
      'measure',
      'delivery',
      'session',
      'carriage',
      'carriage/nats',
      'server',
      'workers',
      'client/run',
      'client',
      'publish',
      'cluster',
      'verify',
      'chaos/fault',
      'chaos',
      'selftest',
      'analysis',
      'report',
      'run-file/record',
      'run-file',
      'bench',
    ],
    ...['commander', 'picocolors', 'string-width', 'valibot'],
    ...[
      'node:child_process',
      'node:events',
      'node:fs',
      'node:net',
      'node:os',
      'node:path',
      'node:readline',
      'node:stream',
      'node:tty',
      'node:url',
      'node:util',
      'node:zlib',
    ],
  ],
  version: ['node:fs'],
  index: ['wording', 'stream', 'measure', 'verify', 'server', 'workers', 'client/run', 'client', 'chaos'],
};

/** The one pure file that asks what its platform is, with its reasons in docs/adr/0002. */
const ASKS_ITS_PLATFORM = 'stream/native-digests.ts';

/**
 * The rooms of a floor, from the ground up; '' is the floor's own files. Rooms that stand beside each other know nothing of
 * each other.
 */
const ROOMS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  verify: [['capture'], ['difference'], ['place'], ['']],
  carriage: [[''], ['websocket', 'http']],
  bench: [['process'], ['agents'], ['']],
  publish: [['target'], ['nats'], ['']],
  session: [[''], ['conversation', 'run']],
  server: [
    ['options'],
    ['clients', 'encoding'],
    ['request'],
    ['live'],
    ['cluster'],
    ['api'],
    ['door'],
    ['serving'],
    [''],
  ],
  cluster: [['store'], ['members', 'nats'], ['names'], ['']],
  analysis: [
    ['statistics'],
    ['estimate'],
    ['significance'],
    ['model'],
    ['run'],
    ['condition'],
    ['comparison'],
  ],
};

const PURE_FLOORS = [
  'wording',
  'stream',
  'measure',
  'verify',
  'chaos/fault',
  'delivery',
  'session',
  'carriage/websocket/frame',
  'run-file/record',
  'analysis',
];
/** The edges of pure floors, with their reasons in docs/adr/0041: no pure file may import one. */
const EDGES = ['verify/verify.ts'];
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

/** What a page knows and shows is worked out apart from the page, and from what time it is. */
const PURE_PAGES = 'live/state/';
const IMPURE_IN_PAGES = [
  ...IMPURE.filter((pattern) => !pattern.test('Date')),
  /\bDate\b(?!\.parse\()/,
  /\b(document|window|fetch|requestAnimationFrame|HTMLElement)\b/,
];

/**
 * These may differ in the last bit from one engine to another. A stream's bytes must not; a due time may: no
 * clock shows its last bit.
 */
const INEXACT = [/\bMath\.(log|log2|log10|log1p|exp|expm1|pow|sin|cos|tan)\b/, /\*\*/];

const files = filesIn(source);
const pages = filesIn(fileURLToPath(new URL('../web', import.meta.url)));

function filesIn(folder: string): { readonly name: string; readonly text: string }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
}

function floorOf(name: string): string {
  const path = name.replace(/\.ts$/, '').split('/');
  const floors = path.map((_, depth) => path.slice(0, depth + 1).join('/'));
  return floors.findLast((floor) => floor in ALLOWED) ?? path[0] ?? '';
}

function roomOf(name: string): string {
  return name.split('/').slice(1, -1)[0] ?? '';
}

/** What a file imports: files by their path in src/, all else by its name. */
function importsOf(name: string, text: string): string[] {
  const statements = /^(?:import|export|\}) ?(?:[^'\n]*? from )?'([^'\n]+)';$|\bimport\('([^']+)'\)/gm;
  const specifiers = [...text.matchAll(statements)].map(([, fixed, dynamic]) => fixed ?? dynamic ?? '');
  return specifiers.map((specifier) =>
    specifier.startsWith('.') ? relative(source, join(source, dirname(name), specifier)) : specifier,
  );
}

const isFile = (target: string) => target.endsWith('.ts');
const isPure = (name: string) => PURE_FLOORS.includes(floorOf(name)) && !EDGES.includes(name);

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
  expect(loaded).toContain('cli/serve/options.ts');
  expect(
    loaded.filter((name) => /^(stream|host|carriage|client|bench|analysis)\//.test(name)).sort(),
  ).toEqual([
    'bench/defaults.ts',
    'carriage/nats/nats-address.ts', // which reads the text of an address
    'client/run/defaults.ts',
    'stream/stream-error.ts',
  ]);
  expect([...loadedWith('server/serve.ts')]).toContain('stream/program/users-texts.ts');
  const serving = [...loadedWith('cli/serve/run.ts')];
  expect(serving).toContain('server/serve.ts');
  expect(serving.filter((name) => /^(cluster|carriage\/nats\/open)/.test(name))).toEqual([]); // NATS is for --nats alone
});

describe('layering', () => {
  test.each(files)('$name imports only what its floor may', ({ name, text }) => {
    const floor = floorOf(name);
    const allowed = [floor, ...(ALLOWED[floor] ?? [])];
    const targets = importsOf(name, text).map((target) => (isFile(target) ? floorOf(target) : target));
    expect(targets.filter((target) => !allowed.includes(target))).toEqual([]);
  });

  test('an import upwards would be found', () => {
    const [target = ''] = importsOf('stream/x.ts', "import { serve } from '../server/serve.ts';");
    expect(floorOf(target)).toBe('server');
    expect(importsOf('stream/x.ts', "const fs = await import('node:fs');")).toEqual(['node:fs']);
  });

  const linesWith = (text: string, patterns: readonly RegExp[]) => {
    const code = text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '').split('\n');
    return code.filter((line) => patterns.some((pattern) => pattern.test(line)));
  };

  const withRooms = files.filter(({ name }) => floorOf(name) in ROOMS);
  test.each(withRooms)('$name imports from no room above or beside its own', ({ name, text }) => {
    const stages = ROOMS[floorOf(name)] ?? [];
    const stageOf = (file: string) => stages.findIndex((rooms) => rooms.includes(roomOf(file)));
    expect(stageOf(name)).toBeGreaterThanOrEqual(0);
    const others = importsOf(name, text).filter(
      (target) => isFile(target) && floorOf(target) === floorOf(name) && roomOf(target) !== roomOf(name),
    );
    expect(others.filter((target) => stageOf(target) >= stageOf(name))).toEqual([]);
  });

  const pure = files.filter(({ name }) => isPure(name));
  test.each(pure)('$name is pure', ({ name, text }) => {
    const lines = linesWith(text, IMPURE);
    expect(lines.filter((line) => name !== ASKS_ITS_PLATFORM || !/\bprocess\b/.test(line))).toEqual([]);
    expect(importsOf(name, text).filter((target) => isFile(target) && !isPure(target))).toEqual([]);
  });

  test.each(pages.filter(({ name }) => name.startsWith(PURE_PAGES)))(
    'web/$name is pure, and imports nothing else of the page',
    ({ text }) => {
      expect(linesWith(text, IMPURE_IN_PAGES)).toEqual([]);
      expect(
        [...text.matchAll(/from '(\.\.\/(?!\.\.\/\.\.\/src\/)[^']*)'/g)].map(([, from]) => from),
      ).toEqual([]);
    },
  );

  test('every edge is there, and is not pure', () => {
    const found = files.filter(
      ({ name, text }) => EDGES.includes(name) && linesWith(text, IMPURE).length > 0,
    );
    expect(found.map(({ name }) => name)).toEqual(EDGES);
  });

  test.each(pure.filter(({ name }) => floorOf(name) === 'stream'))(
    '$name calls no function that engines may compute differently',
    ({ text }) => {
      expect(linesWith(text, INEXACT)).toEqual([]);
    },
  );

  test('no file imports itself by way of others', () => {
    const imports = new Map(files.map(({ name, text }) => [name, importsOf(name, text).filter(isFile)]));
    const reached = (name: string, seen = new Set<string>()): Set<string> => {
      for (const target of imports.get(name) ?? []) if (!seen.has(target)) reached(target, seen.add(target));
      return seen;
    };
    const circular = files.map(({ name }) => name).filter((name) => reached(name).has(name));
    expect(circular).toEqual([]);
  });

  test('no two types have one name', () => {
    const places = new Map<string, string[]>();
    for (const { name, text } of [...files, ...pages]) {
      for (const [, type = ''] of text.matchAll(
        /^(?:export )?(?:abstract )?(?:interface|type|class) (\w+)/gm,
      )) {
        places.set(type, [...(places.get(type) ?? []), name]);
      }
    }
    expect([...places].filter(([, { length }]) => length > 1)).toEqual([]);
  });

  test('no file has more than 400 lines', () => {
    expect(files.filter(({ text }) => text.split('\n').length > 401).map(({ name }) => name)).toEqual([]);
  });
});
