import type { IncomingMessage } from 'node:http';
import { quoted } from '../../wording/secrets.ts';
import { ACCESS_LIMITS } from '../options/access-limits.ts';
import { Refusal } from './refusal.ts';

/** Refusals of requests that are malformed or incomplete, whatever they ask for. */

/** An error of Node's parser. */
interface ParseError extends Error {
  readonly code?: string;
  readonly reason?: string;
}

/** Refuses a request that can't be parsed. */
export function unreadable({ code, reason, message }: ParseError): Refusal {
  if (code === 'HPE_HEADER_OVERFLOW') {
    const sentence = `request line and headers may have ${ACCESS_LIMITS.headerBytes} bytes together`;
    return new Refusal({ status: 431, sentence });
  }
  if (code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW') {
    return new Refusal({ status: 413, sentence: 'the extensions of a chunk are larger than is taken' });
  }
  return new Refusal({
    status: 400,
    sentence: `the request is not HTTP/1.1 (RFC 9112): ${reason ?? message}`,
  });
}

/** Refuses a request that did not arrive in time. */
export function tooLate(): Refusal {
  const sentence = `the request did not come within ${ACCESS_LIMITS.handshakeMs / 1000} s`;
  return new Refusal({ status: 408, sentence });
}

/** Refuses an expectation other than `100-continue` (RFC 9110, section 10.1.1). */
export function unexpected({ headers }: IncomingMessage): Refusal {
  const sentence = `Expect may be 100-continue, not ${quoted(headers.expect ?? '')}`;
  return new Refusal({ status: 417, sentence });
}

/** Refuses a tunnel, which is for proxies. */
export function noTunnel(): Refusal {
  const sentence = 'GET and HEAD are answered here, not CONNECT';
  return new Refusal({ status: 405, headers: { Allow: 'GET, HEAD' }, sentence });
}

/** Refuses a request without exactly one `Host` (RFC 9112, section 3.2). @returns undefined for any other */
export function wrongHosts({ httpVersion, headersDistinct }: IncomingMessage): Refusal | undefined {
  const hosts = headersDistinct['host']?.length ?? 0;
  if (hosts === 1 || (hosts === 0 && httpVersion === '1.0')) return undefined;
  return new Refusal({ status: 400, sentence: `a request must have one Host header, not ${hosts}` });
}
