import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** The opening handshake (RFC 6455, section 4). */

const SHOWN_CHARACTERS = 24;
/** Versions with the frames of RFC 6455: 13 is the RFC's own, 8 that of drafts. */
export const VERSIONS = ['13', '8'] as const;
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
/** Sixteen bytes in base64. */
const KEY = /^[+/0-9A-Za-z]{22}==$/;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** The value of `Sec-WebSocket-Accept` for a client's key. */
export function acceptOf(key: string): string {
  return createHash('sha1').update(`${key}${GUID}`).digest('base64');
}

/** The response that accepts a handshake. @param subprotocol is selected if the client offers it */
export function acceptance({ headers }: Pick<IncomingMessage, 'headers'>, subprotocol: string): string {
  const lines = [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${acceptOf(headers['sec-websocket-key'] ?? '')}`,
  ];
  if (offeredIn(headers)?.includes(subprotocol)) lines.push(`Sec-WebSocket-Protocol: ${subprotocol}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/**
 * What is wrong with a client's handshake (section 4.2.1). Node itself accepts other versions of HTTP, several Host headers or none,
 * and a body, which would be read as frames.
 *
 * @returns a sentence, or undefined if it is valid
 */
export function handshakeFault({
  httpVersion,
  rawHeaders,
  headers,
}: Pick<IncomingMessage, 'httpVersion' | 'rawHeaders' | 'headers'>): string | undefined {
  if (httpVersion !== '1.1') return `a handshake must be HTTP/1.1, not HTTP/${httpVersion}`;
  const names = rawHeaders.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase());
  const hosts = names.filter((name) => name === 'host').length;
  if (hosts !== 1) return `a handshake must have one Host header, not ${hosts}`;
  const body = names.findIndex((name, i) => announcesBody(name, rawHeaders[2 * i + 1] ?? ''));
  if (body >= 0)
    return `a handshake must have no body, not ${names[body]}: ${shown(rawHeaders[2 * body + 1])}`;
  return webSocketFault(headers);
}

function webSocketFault(headers: IncomingMessage['headers']): string | undefined {
  const wants = (name: string, what: string, value: string | undefined) =>
    `a handshake must have ${name} with ${what}, not ${value === undefined ? 'none' : shown(value)}`;
  const { upgrade } = headers;
  const key = headers['sec-websocket-key'];
  const version = headers['sec-websocket-version'];
  if (upgrade?.toLowerCase() !== 'websocket') return wants('Upgrade', 'websocket', upgrade);
  if (key === undefined || !KEY.test(key)) return wants('one Sec-WebSocket-Key', '16 bytes in base64', key);
  if (!VERSIONS.some((each) => each === version)) return wants('Sec-WebSocket-Version', '13', version);
  if (offeredIn(headers) !== undefined) return undefined;
  return wants('Sec-WebSocket-Protocol', 'different tokens', headers['sec-websocket-protocol']);
}

/**
 * What is wrong with a server's 101 response (section 4.1).
 *
 * @param subprotocol the one offered; a server need not select it
 * @returns undefined if it is valid
 */
export function answerFault(
  headers: IncomingMessage['headers'],
  key: string,
  subprotocol: string | undefined,
): string | undefined {
  const picked = headers['sec-websocket-protocol'];
  if (headers.upgrade?.toLowerCase() !== 'websocket') return 'Invalid Upgrade header';
  if (headers['sec-websocket-accept'] !== acceptOf(key)) return 'Invalid Sec-WebSocket-Accept header';
  if (picked !== undefined && subprotocol === undefined)
    return 'Server sent a subprotocol but none was requested';
  if (picked !== undefined && picked !== subprotocol) return 'Server sent an invalid subprotocol';
  if (headers['sec-websocket-extensions'] !== undefined)
    return 'Server sent a Sec-WebSocket-Extensions header but no extension was requested';
  return undefined;
}

/** The subprotocols offered; undefined if the header is not a list of distinct tokens. */
function offeredIn(headers: IncomingMessage['headers']): readonly string[] | undefined {
  const offered = headers['sec-websocket-protocol'];
  if (offered === undefined) return [];
  const tokens = offered.split(',').map((token) => token.trim());
  const right = tokens.every((token) => TOKEN.test(token)) && new Set(tokens).size === tokens.length;
  return right ? tokens : undefined;
}

/** Some devices and gateways send `Content-Length: 0` for no body (RFC 9110, section 8.6). */
function announcesBody(name: string, value: string): boolean {
  return name === 'transfer-encoding' || (name === 'content-length' && !/^0+$/.test(value));
}

function shown(value: string | undefined): string | undefined {
  return value?.slice(0, SHOWN_CHARACTERS);
}
