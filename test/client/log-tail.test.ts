import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { endOfLastLine } from '../../src/client/log-tail.ts';
import { temporaryFolder } from '../e2e/processes.ts';

/** Where the last line of a file with this text ends. */
function read(path: string, text: string): number {
  writeFileSync(path, text);
  const file = openSync(path, 'r');
  try {
    return endOfLastLine(file, Buffer.byteLength(text));
  } finally {
    closeSync(file);
  }
}

/** The same, by looking at the whole file. */
function split(text: string): number {
  return Buffer.byteLength(text.slice(0, text.lastIndexOf('\n') + 1));
}

test.each(['', '\n', '\n\n\n', 'torn', 'one\n', 'one\ntorn', 'one\ntwo\n', '\none\n\n', 'é€😀\nü\ntorn €'])(
  '%j',
  (text) => {
    expect(read(join(temporaryFolder(), 'log'), text)).toEqual(split(text));
  },
);

test('lines about as long as what is read at once, and longer', () => {
  const path = join(temporaryFolder(), 'log');
  for (const length of [65_534, 65_535, 65_536, 65_537, 131_072, 200_000]) {
    const line = 'x'.repeat(length);
    for (const text of [
      `${line}\n`,
      line,
      `a\n${line}\nb\n`,
      `${line}\n${line}\n${line}`,
      `${'€'.repeat(length)}\nb`,
    ]) {
      expect(read(path, text)).toEqual(split(text));
    }
  }
});

test('any text is read as if it were looked at whole', () => {
  const path = join(temporaryFolder(), 'log');
  const part = fc.oneof(
    { weight: 4, arbitrary: fc.constant('\n') },
    { weight: 4, arbitrary: fc.string({ unit: 'grapheme', maxLength: 30 }) },
    { weight: 1, arbitrary: fc.integer({ min: 65_000, max: 66_000 }).map((size) => 'y'.repeat(size)) },
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
      const text = parts.join('');
      expect(read(path, text)).toEqual(split(text));
    }),
    { numRuns: 100 },
  );
});
