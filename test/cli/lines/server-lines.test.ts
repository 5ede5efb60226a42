import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { serverLine } from '../../../src/cli/lines/server-lines.ts';

test.each([
  ['websocket', false, 'over WebSocket'],
  ['http', true, 'over HTTP, plain'],
] as const)('a client that comes over %s is shown with it', (carriage, plain, how) => {
  const what = {
    stream: 'users?seed=7',
    from: 0,
    resumed: false,
    rate: 10,
    remote: '127.0.0.1:5000',
    clients: 1,
  };
  const line = serverLine({ event: 'join', client: 'alice', plain, carriage, ...what }, 0) ?? '';
  expect(stripVTControlCharacters(line)).toContain(
    `+ alice joins from 127.0.0.1:5000 ${how}: users?seed=7 from 0 at 10/s (1 client)`,
  );
});
