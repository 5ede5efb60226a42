import { expect, test, vi } from 'vitest';
import { complainOf, complaint } from '../../../src/cli/output/complaint.ts';
import { LogError } from '../../../src/client/run/log-error.ts';
import { CaptureError } from '../../../src/verify/capture/form.ts';

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

test.each([
  [
    new LogError('a.ndjson holds a log already: resume its run', { advice: 'resume' }),
    'a.ndjson holds a log already: resume its run (--resume)',
  ],
  [
    new CaptureError({ what: 'JSON', remedy: 'compare as JSON', advice: 'equal_json' }, 'a'),
    'a is JSON, not messages one a line (NDJSON): compare as JSON (--equal json)',
  ],
  [new LogError('a.ndjson is away'), 'a.ndjson is away'],
])('%s is told with the flag of its advice', (error, told) => {
  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  complainOf(error);
  expect(written.mock.calls).toEqual([[`tidemark: ${told}\n`]]);
  written.mockRestore();
});
