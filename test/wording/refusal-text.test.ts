import { expect, test } from 'vitest';
import { refusalText } from '../../src/wording/refusal-text.ts';

test.each([
  ['a sentence stays', 'no such stream: "feed"\n', 'no such stream: "feed"'],
  ['of several lines the first', 'no\nHTTP/1.1 200 OK\r\nPROVED', 'no'],
  [
    'of a page its title',
    '<!doctype html>\n<html><head><title>404\n Not Found</title></head><body>nginx</body></html>',
    '404 Not Found',
  ],
  ['of a page without one, nothing', '<html><body><h1>Oh</h1></body></html>', ''],
  ['nothing of nothing', '', ''],
  ['a long one is cut', 'x'.repeat(300), `${'x'.repeat(199)}…`],
])('%s', (_, text, said) => {
  expect(refusalText(text)).toBe(said);
});
