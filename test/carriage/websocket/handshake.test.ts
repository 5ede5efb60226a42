import { expect, test } from 'vitest';
import { acceptance, acceptOf, handshakeFault } from '../../../src/carriage/websocket/handshake.ts';

const HOST = ['Host', '127.0.0.1'];
const KEY = 'dGhlIHNhbXBsZSBub25jZQ=='; // RFC 6455, section 1.3
const RIGHT = { upgrade: 'websocket', 'sec-websocket-key': KEY, 'sec-websocket-version': '13' };

/** What Node makes of such headers. */
const asked = (changed: Record<string, string | undefined> = {}, httpVersion = '1.1', rawHeaders = HOST) => ({
  httpVersion,
  rawHeaders,
  headers: Object.fromEntries(
    Object.entries({ ...RIGHT, ...changed }).filter(([, value]) => value !== undefined),
  ),
});

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
  expect(handshakeFault(asked({}, httpVersion, rawHeaders))).toBe(fault);
});

const WANTS_KEY = 'a handshake must have one Sec-WebSocket-Key with 16 bytes in base64, not';
const WANTS_TOKENS = 'a handshake must have Sec-WebSocket-Protocol with different tokens, not';
test.each<[Record<string, string | undefined>, string | undefined]>([
  [{}, undefined],
  [{ upgrade: 'WebSocket' }, undefined],
  [{ upgrade: 'h2c' }, 'a handshake must have Upgrade with websocket, not h2c'],
  [{ 'sec-websocket-key': undefined }, `${WANTS_KEY} none`],
  [{ 'sec-websocket-key': 'short' }, `${WANTS_KEY} short`],
  [{ 'sec-websocket-key': `${KEY}, ${KEY}` }, `${WANTS_KEY} ${KEY}`], // Node has joined two of them
  [{ 'sec-websocket-version': '8' }, undefined],
  [{ 'sec-websocket-version': '14' }, 'a handshake must have Sec-WebSocket-Version with 13, not 14'],
  [{ 'sec-websocket-version': undefined }, 'a handshake must have Sec-WebSocket-Version with 13, not none'],
  [{ 'sec-websocket-protocol': 'a, b.v1' }, undefined],
  [{ 'sec-websocket-protocol': '' }, `${WANTS_TOKENS} `],
  [{ 'sec-websocket-protocol': 'a b' }, `${WANTS_TOKENS} a b`],
  [{ 'sec-websocket-protocol': 'a,a' }, `${WANTS_TOKENS} a,a`],
])('%j: %s', (changed, fault) => {
  expect(handshakeFault(asked(changed))).toBe(fault);
});

test('knows its key again', () => {
  expect(acceptOf(KEY)).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
});

test('picks the subprotocol that it speaks, if it is offered', () => {
  const answer = (offered?: string) => acceptance(asked({ 'sec-websocket-protocol': offered }), 'b');
  expect(answer('a, b')).toMatch(/\r\nSec-WebSocket-Protocol: b\r\n\r\n$/);
  expect(answer('a')).not.toContain('Sec-WebSocket-Protocol');
  expect(answer()).not.toContain('Sec-WebSocket-Protocol');
});
