import { expect, test } from 'vitest';
import { complaint } from '../../../src/cli/output/complaint.ts';

test.each([
  ['no such thing', 'tidemark: no such thing\n'],
  ['unknown ws://user:s3cret@host/a', 'tidemark: unknown ws://…@host/a\n'],
  ['said \u001b[2J\u001b[31mPROVED\r', 'tidemark: said \\u001b[2J\\u001b[31mPROVED\\u000d\n'],
  ['said no\nPROVED all cells', 'tidemark: said no\\u000aPROVED all cells\n'],
])('%j is told as %j', (text, told) => {
  expect(complaint(text)).toBe(told);
});

test('a defect shows where it is', () => {
  expect(complaint('a\ndefect', ['    at here'])).toBe('tidemark: a\\u000adefect\n    at here\n');
});
