// What hurts by requests of HTTP. Each comes in place of one for a stream.
import { randomUUID } from 'node:crypto';

/** @param {readonly string[]} headers @param {string} [body] */
const post = (headers, body = '') => {
  const session = `Tidemark-Session: ${randomUUID().replaceAll('-', '')}`;
  const head = ['POST /receipts HTTP/1.1', 'Host: 127.0.0.1', session, 'Content-Type: text/plain'];
  return Buffer.from([...head, ...headers, '', body].join('\r\n'));
};
const get = (/** @type {string} */ path, /** @type {readonly string[]} */ headers = []) =>
  [`GET ${path} HTTP/1.1`, 'Host: 127.0.0.1', ...headers, '', ''].join('\r\n');

/** By name. @type {Readonly<Record<string, () => import('./shared-attacks.mjs').Attack>>} */
export const REQUEST_ATTACKS = {
  'posts to nobody': () => ({ garbage: () => post(['Content-Length: 3'], 'abc') }),
  'posts, of a megabyte': () => ({ garbage: () => post(['Content-Length: 1000000'], 'x'.repeat(1_000_000)) }),
  'posts, in chunks of one byte': () => ({
    garbage: () => post(['Transfer-Encoding: chunked'], '1\r\nx\r\n'.repeat(70_000)),
  }),
  'posts, whose chunks have extensions without end': () => ({
    garbage: () => post(['Transfer-Encoding: chunked'], `1;${'x'.repeat(100_000)}`),
  }),
  'posts, whose body does not come': () => ({ garbage: () => post(['Content-Length: 1000']) }),
  'posts, of two lengths': () => ({
    garbage: () =>
      post(['Content-Length: 3', 'Transfer-Encoding: chunked'], '0\r\n\r\nGET /users HTTP/1.1\r\n\r\n'),
  }),
  'posts, that wait for a word': () => ({
    garbage: () => post(['Content-Length: 1000', 'Expect: 100-continue']),
  }),
  'requests behind each other': () => ({ garbage: () => Buffer.from(get('/users?rate=1').repeat(500)) }),
  'answers, never read': () => ({ read: false, garbage: () => Buffer.from(get('/nothing').repeat(500)) }),
  'heads without end': () => ({
    garbage: () => Buffer.from(get('/users', Array(20_000).fill('a: b')).slice(0, -2)),
  }),
  preflights: () => ({
    garbage: () => Buffer.from(get('/receipts', ['Origin: https://evil.example']).replace('GET', 'OPTIONS')),
  }),
  'heads alone': () => ({ garbage: () => Buffer.from(get('/users?rate=max').replace('GET', 'HEAD')) }),
};
