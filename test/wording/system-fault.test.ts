import { expect, test } from 'vitest';
import { systemFault } from '../../src/wording/system-fault.ts';

test.each([
  ['ENOENT', 'there is no such file or folder (ENOENT)'],
  ['EISDIR', 'it is a folder, and a file is needed (EISDIR)'],
  ['ENOSPC', 'the disk is full (ENOSPC)'],
  ['EOTHER', 'EOTHER: something, open'],
])('%s is told as %j', (code, sentence) => {
  expect(systemFault(Object.assign(new Error(`${code}: something, open`), { code }))).toBe(sentence);
});
