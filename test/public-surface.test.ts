import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as browser from '../src/browser/browser.ts';
import * as surface from '../src/index.ts';

test('the public surface is what this list says', () => {
  expect(Object.keys(surface).sort()).toEqual([
    'CaptureError',
    'FAKER_VERSION',
    'GENERATOR_VERSION',
    'LAST_SEQ',
    'LogError',
    'STREAM_KINDS',
    'SecretSeed',
    'StreamError',
    'UsageError',
    'connect',
    'crc32Hex',
    'digestMessage',
    'openStream',
    'serve',
    'startChaosProxy',
    'verify',
  ]);
});

test('that of a browser is what this list says', () => {
  expect(Object.keys(browser).sort()).toEqual(['StreamError', 'UsageError', 'connect']);
});

test.each(['index', 'browser/browser'])(
  'the types of %s, as they are built, need none of Node, and of no package',
  (entry) => {
    const seen = new Set<string>();
    const foreign: string[] = [];
    const read = (url: URL) => {
      if (seen.has(url.href)) return;
      seen.add(url.href);
      const text = readFileSync(url, 'utf8');
      for (const [, from = ''] of text.matchAll(/(?:from|import\() ?'([^']+)'/g)) {
        if (from.startsWith('.')) read(new URL(from.replace(/\.[jt]s$/, '.d.ts'), url));
        else foreign.push(`${url.pathname.split('/dist/')[1]}: ${from}`);
      }
      const ofNode = /\b(NodeJS\.\w+|Buffer|AbortSignal)\b/.exec(
        text.replaceAll(/\/\*[\s\S]*?\*\//g, ''),
      )?.[0];
      if (ofNode !== undefined) foreign.push(`${url.pathname.split('/dist/')[1]}: ${ofNode}`);
    };
    read(new URL(`../dist/${entry}.d.ts`, import.meta.url));
    expect(seen.size).toBeGreaterThan(10);
    expect(foreign).toEqual([]);
  },
);
