import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  appendToOptionFile,
  readOptionBytes,
  readOptionFile,
  writeOptionFile,
} from '../../../src/cli/option/option-file.ts';
import { temporaryFolder } from '../../e2e/processes.ts';

const BOM = '\ufeff';

test('a byte order mark is no part of a text, and one within it is', () => {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, `${BOM}token${BOM}\n`);
  expect(readOptionFile('--token-file', file)).toBe(`token${BOM}\n`);
  expect(readOptionBytes('--secret-seed-file', file)).toEqual(readFileSync(file));
});

test.each([
  ['read', () => readOptionFile('--ca', '/no/such')],
  ['read', () => readOptionBytes('--ca', '/no/such')],
  ['opened', () => appendToOptionFile('--ca', '/no/such')],
  ['written', () => writeOptionFile('--ca', '/no/such', '')],
] as const)('a file that can not be %s is told with its option', (done, work) => {
  expect(work).toThrow(`--ca /no/such can't be ${done}: there is no such file or folder (ENOENT)`);
  expect(work).toThrow(expect.objectContaining({ code: 'ENOENT' }));
});
