import { expect, test } from 'vitest';
import { handshakeFault } from '../../../src/carriage/websocket/handshake.ts';

const HOST = ['Host', '127.0.0.1'];

test.each([
  ['1.1', [...HOST, 'X-Host', 'host'], undefined],
  ['1.1', ['hOST', 'a'], undefined],
  ['1.0', HOST, 'a handshake must be HTTP/1.1, not HTTP/1.0'],
  ['1.1', ['X-A', 'host'], 'a handshake must have one Host header, not 0'],
  ['1.1', [...HOST, 'host', 'other'], 'a handshake must have one Host header, not 2'],
  ['1.1', [...HOST, 'Content-Length', '0'], undefined],
  ['1.1', [...HOST, 'content-length', '00'], undefined],
  ['1.1', [...HOST, 'Content-Length', '10'], 'a handshake must have no body, not content-length: 10'],
  ['1.1', [...HOST, 'Content-Length', ''], 'a handshake must have no body, not content-length: '],
  [
    '1.1',
    [...HOST, 'Transfer-Encoding', 'chunked'],
    'a handshake must have no body, not transfer-encoding: chunked',
  ],
  [
    '1.1',
    [...HOST, 'Content-Length', '0', 'Transfer-Encoding', 'chunked'],
    'a handshake must have no body, not transfer-encoding: chunked',
  ],
])('HTTP/%s with %j: %s', (httpVersion, rawHeaders, fault) => {
  expect(handshakeFault({ httpVersion, rawHeaders })).toBe(fault);
});
