import { describe, expect, test } from 'vitest';
import { openStream } from '../../src/stream/stream.ts';
import { CaptureChecker, type CaptureTerms } from '../../src/verify/capture-checker.ts';
import type { Finding } from '../../src/verify/finding.ts';

const stream = openStream('arrays?encoding=npy&shape=8&seed=3');
const messages = Array.from({ length: 20 }, (_, seq) => stream.message(seq));

function check(parts: readonly Uint8Array[], terms: CaptureTerms = { count: 20 }, chunkBytes = 1000) {
  const findings: Finding[] = [];
  const checker = new CaptureChecker(stream, terms, (finding) => findings.push(finding));
  const bytes = Buffer.concat(parts);
  for (let at = 0; at < bytes.length; at += chunkBytes) checker.push(bytes.subarray(at, at + chunkBytes));
  const verdict = checker.finish();
  return { verdict, ranges: findings.map(({ kind, from, to, firstLine }) => [kind, from, to, firstLine]) };
}

describe('a file of .npy messages', () => {
  test.each([1, 7, 1000, 100_000])('is proved, in chunks of %i bytes', (chunkBytes) => {
    const { verdict, ranges } = check(messages, { count: 20 }, chunkBytes);
    expect(verdict).toMatchObject({ verdict: 'proved', messages: 20, framing: 'concatenated' });
    expect(ranges).toEqual([]);
    expect(check(messages.slice(5), { from: 5, count: 15 }, chunkBytes).verdict.verdict).toBe('proved');
  });

  test('is placed by its content where messages are lost, repeated or out of order', () => {
    expect(check(messages.toSpliced(5, 3)).ranges).toEqual([['lost', 5, 7, null]]);
    expect(check(messages.slice(0, -2)).ranges).toEqual([['lost', 18, 19, null]]);
    expect(check([...messages, messages[4] ?? new Uint8Array()]).ranges).toEqual([['repeated', 4, 4, 21]]);
    const late = [
      ...messages.slice(0, 3),
      ...messages.slice(4, 8),
      ...messages.slice(3, 4),
      ...messages.slice(8),
    ];
    expect(check(late).ranges).toEqual([['reordered', 3, 3, 8]]);
    expect(check(late, { count: 20, order: 'any' }).verdict.verdict).toBe('proved');
  });

  test.each([1, 1000])(
    'keeps the harm to one message from the others, in chunks of %i bytes',
    (chunkBytes) => {
      const harmed = (harm: (message: Uint8Array) => Uint8Array) =>
        check(messages.with(6, harm(messages[6] ?? new Uint8Array())), { count: 20 }, chunkBytes);
      const flipped = (byte: number) => (message: Uint8Array) => message.with(byte, (message[byte] ?? 0) ^ 1);
      for (const byte of [0, 20, 130]) expect(harmed(flipped(byte)).ranges).toEqual([['corrupt', 6, 6, 7]]);
      expect(harmed((message) => message.subarray(0, 150)).ranges).toEqual([['corrupt', 6, 6, 7]]);
      expect(harmed((message) => Buffer.concat([message, Buffer.alloc(9)])).ranges).toEqual([
        ['foreign', null, null, 8],
      ]);
    },
  );

  test('of another stream is all corrupt, in a time that does not grow with each', () => {
    const other = openStream('arrays?encoding=npy&shape=8&seed=4');
    const parts = Array.from({ length: 300 }, (_, seq) => other.message(seq));
    const { verdict } = check(parts, { count: 300 });
    expect(verdict).toMatchObject({ verdict: 'failed', corrupt: 300, lost: 0 });
    expect(verdict.resembles).toBe(other.name);
  });
});
