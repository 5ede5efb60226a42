import type { IncomingMessage } from 'node:http';

const SHOWN_CHARACTERS = 24;

/**
 * What is wrong with a client's handshake that Node and `ws` let pass: RFC 6455, section 4.2.1, wants HTTP/1.1 and one
 * Host, and a body would be taken for frames.
 *
 * @returns a sentence, or undefined if nothing is
 */
export function handshakeFault({
  httpVersion,
  rawHeaders,
}: Pick<IncomingMessage, 'httpVersion' | 'rawHeaders'>): string | undefined {
  if (httpVersion !== '1.1') return `a handshake must be HTTP/1.1, not HTTP/${httpVersion}`;
  const names = rawHeaders.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase());
  const hosts = names.filter((name) => name === 'host').length;
  if (hosts !== 1) return `a handshake must have one Host header, not ${hosts}`;
  const body = names.findIndex((name, i) => announcesBody(name, rawHeaders[2 * i + 1] ?? ''));
  if (body < 0) return undefined;
  return `a handshake must have no body, not ${names[body]}: ${rawHeaders[2 * body + 1]?.slice(0, SHOWN_CHARACTERS)}`;
}

/** Devices and gateways say `Content-Length: 0` where there is no body (RFC 9110, section 8.6). */
function announcesBody(name: string, value: string): boolean {
  return name === 'transfer-encoding' || (name === 'content-length' && !/^0+$/.test(value));
}
