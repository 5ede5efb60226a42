import { expect, test } from 'vitest';
import { parseClientName } from '../../src/session/client-name.ts';

test.each([
  'a',
  'alice',
  'Alice-1',
  'brave-otter',
  'a.b_c@d-e',
  '0',
  'Zoë',
  'Анна',
  '愛子',
  'constructor',
  'x'.repeat(64),
])('%s is a name', (name) => {
  expect(parseClientName(name)).toBe(name);
});

test.each([
  '',
  ' alice',
  'alice bob',
  'alice\n',
  'alice\r\nClient bob',
  '\u001b[31malice',
  'a\u001b[2J',
  'a\u0007',
  'a\u0000',
  'a\u009b',
  'a\u202eb',
  'a\u2028b',
  '__proto__',
  '-alice',
  '.alice',
  '@alice',
  'a/b',
  'a&b=c',
  'a"b',
  '😀',
  'x'.repeat(65),
])('%j is none', (name) => {
  const shown = JSON.stringify(name.length > 24 ? `${name.slice(0, 24)}…` : name);
  expect(() => parseClientName(name)).toThrow(`client must be 1 to 64 letters, digits or ._@-, got ${shown}`);
});
