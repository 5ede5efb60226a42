import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { serve } from '../../src/server/serve.ts';

async function started(): Promise<number> {
  const server = await serve({ port: 0, encoders: 0 });
  onTestFinished(() => server.close());
  return server.port;
}

/** All that is answered to what is sent as it is, until the connection ends. */
async function answered(port: number, sent: string): Promise<{ head: string; body: string }> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  onTestFinished(() => {
    socket.destroy();
  });
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  socket.on('error', () => {});
  socket.write(sent, 'latin1');
  await once(socket, 'end');
  const [head = '', body = ''] = text.split(/\r\n\r\n(.*)/s);
  return { head, body };
}

const POST = 'POST /receipts HTTP/1.1\r\nHost: h\r\n';

describe('a request that can not be read gets a sentence', () => {
  test.each([
    ['without Host', 'GET /users HTTP/1.1\r\n\r\n', 400, /one Host header, not 0/],
    ['with two of them', 'GET /users HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', 400, /one Host header, not 2/],
    ['by no method', 'FETCH /users HTTP/1.1\r\nHost: h\r\n\r\n', 400, /not HTTP\/1\.1 .*method/],
    ['that is not HTTP', 'hello\r\n\r\n', 400, /not HTTP\/1\.1/],
    ['of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, /not HTTP\/1\.1/],
    [
      'with a bad header',
      'GET /users HTTP/1.1\r\nHost: h\r\nA: \u0001\r\n\r\n',
      400,
      /not HTTP\/1\.1 .*header/i,
    ],
    ['with a bad chunk', `${POST}Transfer-Encoding: chunked\r\n\r\nzz\r\n`, 400, /not HTTP\/1\.1 .*chunk/i],
    [
      'with two sizes',
      `${POST}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`,
      400,
      /not HTTP\/1\.1/,
    ],
    [
      'with a large head',
      `GET /users HTTP/1.1\r\nHost: h\r\nA: ${'a'.repeat(20_000)}\r\n\r\n`,
      431,
      /16384 bytes/,
    ],
    ['with a long line', `GET /users?${'a'.repeat(20_000)} HTTP/1.1\r\nHost: h\r\n\r\n`, 431, /16384 bytes/],
    ['that expects something', `${POST}Expect: wonders\r\n\r\n`, 417, /Expect.*"wonders"/],
    [
      'for a tunnel',
      'CONNECT example.org:80 HTTP/1.1\r\nHost: example.org\r\n\r\n',
      405,
      /GET and HEAD.*CONNECT/,
    ],
    ['by a method that is not served', 'DELETE /users HTTP/1.1\r\nHost: h\r\n\r\n', 405, /DELETE/],
  ])('%s', async (_, sent, status, sentence) => {
    const { head, body } = await answered(await started(), sent);
    expect(head.split('\r\n')[0]).toMatch(new RegExp(`^HTTP/1.1 ${status} \\w`));
    expect(head).toContain('Content-Type: application/problem+json');
    expect(head).toContain(`Content-Length: ${Buffer.byteLength(body)}`);
    expect(head).toContain('Connection: close');
    const problem = JSON.parse(body);
    expect(problem).toMatchObject({ status, type: 'about:blank' });
    expect(problem.detail).toMatch(sentence);
  });
});

test('what is no request behind one that is served ends the connection without a word', async () => {
  const request = 'GET /users?rate=20 HTTP/1.1\r\nHost: h\r\n\r\n';
  const { body } = await answered(await started(), `${request}nonsense\r\n\r\n`);
  expect(body).not.toContain('400');
  expect(body).not.toContain('about:blank');
});
