import { expect, test } from 'vitest';
import { handshakeFault } from '../../src/transport/handshake.ts';

const HOST = ['Host', '127.0.0.1'];

test.each([
  ['1.1', [...HOST, 'X-Host', 'host'], undefined],
  ['1.1', ['hOST', 'a'], undefined],
  ['1.0', HOST, 'a handshake must be HTTP/1.1, not HTTP/1.0'],
  ['1.1', ['X-A', 'host'], 'a handshake must have one Host header, not 0'],
  ['1.1', [...HOST, 'host', 'other'], 'a handshake must have one Host header, not 2'],
  ['1.1', [...HOST, 'Content-Length', '0'], 'a handshake must have no body, and so no content-length header'],
  [
    '1.1',
    [...HOST, 'Transfer-Encoding', 'chunked'],
    'a handshake must have no body, and so no transfer-encoding header',
  ],
])('HTTP/%s with %j: %s', (httpVersion, rawHeaders, fault) => {
  expect(handshakeFault({ httpVersion, rawHeaders })).toBe(fault);
});
