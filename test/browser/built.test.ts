import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'rolldown';
import { describe, expect, test } from 'vitest';

/** `npm run build` makes it. */
const FOLDER = new URL('../../dist/browser/', import.meta.url);
const scripts = readdirSync(FOLDER).filter((name) => name.endsWith('.js'));
const textOf = (name: string) => readFileSync(new URL(name, FOLDER), 'utf8');

/** What a page loads to take a stream over WebSocket. */
const MOST_BYTES = 20_000;

describe('the client for browsers, as it is built', () => {
  test('has an entry of less than 20 KB, compressed', () => {
    expect(gzipSync(textOf('browser.js'), { level: 9 }).length).toBeLessThan(MOST_BYTES);
  });

  test.each(scripts)('%s asks for nothing but files beside it', async (name) => {
    const text = textOf(name);
    const asked: string[] = [];
    await build({
      input: fileURLToPath(new URL(name, FOLDER)),
      platform: 'browser',
      plugins: [{ name: 'asked', resolveId: (id, importer) => void (importer && asked.push(id)) }],
      write: false,
      logLevel: 'silent',
    });
    expect(asked.filter((id) => !id.startsWith('./'))).toEqual([]);
    expect(text).not.toMatch(/["'`]node:|\brequire\(/);
    expect(text).not.toMatch(/\beval\(|new Function\(/);
  });

  test('is what the package exports', () => {
    const { exports, files } = createRequire(import.meta.url)('../../package.json');
    expect(exports['./browser']).toEqual({
      types: './dist/browser/browser.d.ts',
      default: './dist/browser/browser.js',
    });
    expect(files).toContain('dist');
  });
});
