import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { STREAM_KINDS } from '../../src/stream/kinds/stream-kinds.ts';
import { openStream, type Stream } from '../../src/stream/stream.ts';

/** `node scripts/fingerprints.mjs --write` rewrites the file, after a deliberate change of the generator's version. */
const golden: Record<string, { id: string; sha256: string }> = JSON.parse(
  readFileSync(new URL('../golden/fingerprints.json', import.meta.url), 'utf8'),
);

const RANGES = [
  { first: 0, count: 100 },
  { first: 2 ** 32, count: 10 },
  { first: 2 ** 53 - 10, count: 10 },
];

function sha256(stream: Stream): string {
  const hash = createHash('sha256');
  for (const { first, count } of RANGES) {
    for (let offset = 0; offset < count; offset++) hash.update(stream.message(first + offset));
  }
  return hash.digest('hex');
}

describe('golden fingerprints', () => {
  test.each(Object.entries(golden))('%s', (name, expected) => {
    const stream = openStream(name);
    expect({ id: stream.id, sha256: sha256(stream) }).toEqual(expected);
  });

  test('every kind of stream has one', () => {
    const kinds = new Set(Object.keys(golden).map((name) => name.split('?')[0]));
    expect([...kinds].sort()).toEqual([...STREAM_KINDS].sort());
  });
});
