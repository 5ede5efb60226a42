import type { IncomingMessage } from 'node:http';

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
  const body = names.find((name) => name === 'content-length' || name === 'transfer-encoding');
  return body === undefined ? undefined : `a handshake must have no body, and so no ${body} header`;
}
