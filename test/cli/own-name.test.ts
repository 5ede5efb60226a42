import { expect, test } from 'vitest';
import { ownName, quoted } from '../../src/cli/own-name.ts';

test.each([
  ['/home/me/tidemark/dist/cli/tidemark.js', undefined, 'node dist/cli/tidemark.js'],
  ['/elsewhere/dist/cli/tidemark.js', undefined, 'node /elsewhere/dist/cli/tidemark.js'],
  ["/else where/it's/tidemark.js", undefined, "node '/else where/it'\\''s/tidemark.js'"],
  ['/usr/local/bin/tidemark', undefined, 'tidemark'],
  ['/home/me/app/node_modules/.bin/tidemark', 'exec', 'npx tidemark'],
  [undefined, undefined, 'tidemark'],
])('started as %s, by npm %s, it is run again as %s', (program, npmCommand, name) => {
  expect(ownName({ program, folder: '/home/me/tidemark', npmCommand })).toBe(name);
});

test.each([
  ['ws://127.0.0.1:8000/users', 'ws://127.0.0.1:8000/users'],
  ['users?seed=7', "'users?seed=7'"],
  ["it's", "'it'\\''s'"],
  ['', "''"],
])('%s is quoted as %s', (word, shown) => {
  expect(quoted(word)).toBe(shown);
});
