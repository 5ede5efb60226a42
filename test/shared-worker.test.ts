import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** What outlives the test that asks for it, in modules that other files of the worker have loaded. */
const STANDS_IN =
  /\bvi\.(mock|doMock|useFakeTimers|setSystemTime|stubGlobal)\(|\bvi\.spyOn\((performance|Date|globalThis),/;
const ALONE = /\.(mocked|extended)\.test\.ts$/;

test('a file that stands in for a module, a clock or a timer has a worker of its own, by its name', () => {
  const folder = dirname(fileURLToPath(import.meta.url));
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const shared = paths.filter((path) => path.endsWith('.test.ts') && !ALONE.test(path));
  const wrong = shared.filter((path) => STANDS_IN.test(readFileSync(`${folder}/${path}`, 'utf8')));
  expect(shared.length).toBeGreaterThan(100);
  expect(wrong.map((path) => basename(path))).toEqual([]);
});
