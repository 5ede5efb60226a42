import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { crc32 } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ACCESS_LIMITS } from '../../src/server/options/access-limits.ts';
import type { ServeOptions } from '../../src/server/options/serve-options.ts';
import type { ServerEvent } from '../../src/server/options/server-event.ts';
import { serve } from '../../src/server/serve.ts';
import { LIMITS } from '../../src/session/limits.ts';
import type { Receipt } from '../../src/session/messages.ts';
import { receiptSentence } from '../../src/session/receipt.ts';

const SPEAK = 'speak=tidemark.v1';
const NDJSON = 'application/x-ndjson';

interface PostOptions {
  readonly session?: string | undefined;
  readonly type?: string;
  readonly query?: string;
  readonly headers?: Record<string, string>;
}

async function started(options: ServeOptions = {}) {
  const events: ServerEvent[] = [];
  const server = await serve({ port: 0, encoders: 0, ...options, onEvent: (event) => events.push(event) });
  onTestFinished(() => server.close());
  const url = `http://127.0.0.1:${server.port}`;
  const post = (body: unknown, { session, type, query = '', headers = {} }: PostOptions = {}) =>
    fetch(`${url}/receipts${query}`, {
      method: 'POST',
      body: body instanceof Uint8Array || typeof body === 'string' ? body : JSON.stringify(body),
      headers: {
        'Content-Type': type ?? 'application/json',
        ...(session === undefined ? {} : { 'Tidemark-Session': session }),
        ...headers,
      },
    });
  return { server, events, url, post, open: (path: string) => opened(`${url}${path}`) };
}

/** A response that is read as it comes, in lines. */
async function opened(url: string) {
  const hangUp = new AbortController();
  onTestFinished(() => hangUp.abort());
  const response = await fetch(url, { signal: hangUp.signal });
  const lines: string[] = [];
  const ended = (async () => {
    let rest = '';
    for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const parts = (rest + text).split('\n');
      rest = parts.pop() ?? '';
      lines.push(...parts);
    }
  })();
  ended.catch(() => {});
  return {
    lines,
    ended,
    session: response.headers.get('tidemark-session') ?? '',
    welcome: JSON.parse(response.headers.get('tidemark-welcome') ?? 'null'),
    hangUp: () => hangUp.abort(),
  };
}

/** What an honest client says of its block of these messages. */
function receiptOf(lines: readonly string[], block = 1, client = 'alice', from?: number): Receipt {
  const first = from ?? (JSON.parse(lines[0] ?? '{}') as { seq: number }).seq;
  const text = lines.map((line) => `${line}\n`).join('');
  return {
    type: 'receipt',
    block,
    ...{ from: first, to: first + lines.length - 1, count: lines.length },
    bytes: Buffer.byteLength(text) - lines.length,
    elapsed_ms: 2,
    crc32: crc32(text).toString(16).padStart(8, '0'),
    interrupted: false,
    text: receiptSentence(client, block, 2),
  };
}

const jsonLines = async (response: Response) =>
  (await response.text())
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

async function problem(response: Response) {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const { status, detail, close_code } = (await response.json()) as Record<string, unknown>;
  expect(status).toBe(response.status);
  return { status, detail, close_code };
}

/** A response that has sent all, and whose client has not reported yet. */
async function finished(options: ServeOptions = {}, query = `${SPEAK}&client=alice`) {
  const all = await started(options);
  const stream = await all.open(`/users?count=10&rate=max&${query}`);
  await stream.ended;
  return { ...all, ...stream };
}

/** A response without an end that has brought so many messages. */
async function endless(count: number, options: ServeOptions = {}, query = `${SPEAK}&client=alice`) {
  const all = await started(options);
  const stream = await all.open(`/users?rate=500&${query}`);
  await expect.poll(() => stream.lines.length).toBeGreaterThanOrEqual(count);
  return { ...all, ...stream };
}

describe('a receipt by POST', () => {
  test('is verified, its sentence is told, and the session ends when all has been reported', async () => {
    const { lines, session, welcome, post, events } = await finished();
    expect(welcome).toMatchObject({ type: 'welcome', client: 'alice', session });
    const response = await post(receiptOf(lines), { session });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, NDJSON]);
    expect(await jsonLines(response)).toEqual([{ type: 'verified', block: 1 }]);
    const text = 'Client alice received 1 block in 2.000 ms time';
    expect(events).toContainEqual(expect.objectContaining({ event: 'receipt', text, verified: true }));
    await expect
      .poll(() => events.at(-1))
      .toEqual({ event: 'leave', client: 'alice', reason: 'done', blocks: 1, messages: 10, clients: 0 });
    expect((await post(receiptOf(lines), { session })).status).toBe(404);
  });

  test('is answered while messages go on to come', async () => {
    const { lines, session, post, events } = await endless(10);
    const response = await post(receiptOf(lines.slice(0, 5)), { session });
    expect(await jsonLines(response)).toEqual([{ type: 'verified', block: 1 }]);
    expect(events.some(({ event }) => event === 'leave')).toBe(false);
  });

  test('that is wrong gets its mismatch, and the session goes on', async () => {
    const { lines, session, post, events } = await finished();
    const wrong = { ...receiptOf(lines.slice(0, 5)), crc32: '0badf00d' };
    const [mismatch] = await jsonLines(await post(wrong, { session }));
    expect(mismatch).toMatchObject({ type: 'mismatch', block: 1, received_crc32: '0badf00d' });
    expect(events).toContainEqual(expect.objectContaining({ event: 'receipt', block: 1, verified: false }));
    const right = receiptOf(lines.slice(5), 2);
    expect(await jsonLines(await post(right, { session }))).toEqual([{ type: 'verified', block: 2 }]);
  });

  test('may come with others, one a line', async () => {
    const { lines, session, post } = await finished();
    const receipts = [receiptOf(lines.slice(0, 4)), receiptOf(lines.slice(4, 8), 2)];
    const body = receipts.map((receipt) => `${JSON.stringify(receipt)}\r\n`).join('\n');
    for (const type of [NDJSON, 'application/jsonl', 'application/x-ndjson; charset=UTF-8']) {
      expect(await jsonLines(await post(body, { session, type }))).toEqual([{ type: 'verified', block: 2 }]);
    }
  });

  test('may come with what this server does not know, which it names', async () => {
    const { lines, session, post } = await endless(10);
    const answer = (body: unknown) => post(body, { session }).then(jsonLines);
    expect(await answer({ type: 'mood' })).toEqual([{ type: 'ignored', types: ['mood'] }]);
    const body = `{"type":"mood"}\n${JSON.stringify(receiptOf(lines.slice(0, 5)))}\n{"type":"weather"}\n`;
    expect(await jsonLines(await post(body, { session, type: NDJSON }))).toEqual([
      { type: 'ignored', types: ['mood', 'weather'] },
      { type: 'verified', block: 1 },
    ]);
  });

  test('for messages that were not sent yet is a mismatch', async () => {
    const { lines, session, post } = await endless(2);
    const early = receiptOf(lines.slice(0, 2), 1, 'alice', 1e6);
    expect(await jsonLines(await post(early, { session }))).toMatchObject([
      { type: 'mismatch', reason: expect.stringContaining('has not been sent') },
    ]);
  });

  test('is taken in plain mode, too, as long as its response lasts', async () => {
    const { lines, session, post } = await endless(5, {}, 'client=alice');
    const response = await post(receiptOf(lines.slice(0, 5)), { session });
    expect(await jsonLines(response)).toEqual([{ type: 'verified', block: 1 }]);
    const over = await finished({}, 'client=bob');
    await expect.poll(() => over.events.at(-1)).toMatchObject({ event: 'leave', reason: 'done' });
    expect((await over.post(receiptOf(over.lines), { session: over.session })).status).toBe(404);
  });

  test('may say its session in the query, as a beacon does', async () => {
    const { lines, session, post } = await finished();
    const response = await post(receiptOf(lines), { query: `?session=${session}` });
    expect(await jsonLines(response)).toEqual([{ type: 'verified', block: 1 }]);
  });

  test('is found below the base path', async () => {
    const { server, events } = await started({ basePath: '/feeds' });
    const base = `http://127.0.0.1:${server.port}`;
    const { lines, ended, session } = await opened(
      `${base}/feeds/users?count=3&rate=max&${SPEAK}&client=alice`,
    );
    await ended;
    const report = (path: string) =>
      fetch(`${base}${path}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Tidemark-Session': session },
        body: JSON.stringify(receiptOf(lines)),
      });
    expect((await report('/receipts')).status).not.toBe(200);
    expect((await report('/feeds/receipts')).status).toBe(200);
    expect(events).toContainEqual(expect.objectContaining({ event: 'receipt', verified: true }));
  });

  test('of what an earlier connection sent is verified', async () => {
    const { lines, session, post, open } = await endless(10);
    const next = await open(`/users?from=10&rate=500&${SPEAK}&client=bob`);
    const receipt = receiptOf(lines.slice(0, 10), 1, 'bob');
    expect(await jsonLines(await post(receipt, { session: next.session }))).toEqual([
      { type: 'verified', block: 1 },
    ]);
    expect(await jsonLines(await post(receipt, { session }))).toMatchObject([{ type: 'mismatch' }]);
  });

  test('may ask for HTTP/2 in the same breath, as Java’s client does', async () => {
    const { server, lines, session } = await endless(2);
    const body = JSON.stringify(receiptOf(lines.slice(0, 2)));
    const asked = async (size: string) => {
      const socket = await dialled(server.port);
      const upgrade = 'Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABk\r\n';
      const type = 'Content-Type: application/json\r\n';
      socket.write(
        `POST /receipts HTTP/1.1\r\nHost: x\r\n${upgrade}Tidemark-Session: ${session}\r\n${type}${size}\r\n\r\n`,
      );
      await new Promise(setImmediate);
      socket.write(body);
      return (await socket.setEncoding('utf8').toArray()).join('');
    };
    expect(await asked(`Content-Length: ${body.length}`)).toContain(
      '\r\n\r\n{"type":"verified","block":1}\n',
    );
    expect(await asked('Transfer-Encoding: chunked')).toContain('HTTP/1.1 411');
  });

  test('two at once get each its own answer', async () => {
    const { lines, session, post } = await endless(40);
    const posts = [1, 2, 3, 4].map((block) =>
      post(receiptOf(lines.slice(10 * (block - 1), 10 * block), block), { session }),
    );
    const answers = await Promise.all(posts.map(async (each) => jsonLines(await each)));
    expect(answers).toEqual([1, 2, 3, 4].map((block) => [{ type: 'verified', block }]));
  });
});

test('a text by POST is told as a message, and answered without a body', async () => {
  const { session, post, events } = await endless(1, {}, 'client=alice');
  const response = await post('héllo', { session, type: 'text/plain' });
  expect([response.status, await response.text()]).toEqual([202, '']);
  expect(events).toContainEqual({ event: 'message', client: 'alice', text: 'héllo' });
});

test('the time is answered, and then when blocks were sent', async () => {
  const { lines, session, welcome, post } = await endless(1);
  const [clock] = await jsonLines(await post({ type: 'clock_request', t1_ms: 7 }, { session }));
  expect(clock).toMatchObject({ type: 'clock', t1_ms: 7 });
  expect(clock.t2_ms).toBeGreaterThanOrEqual(welcome.t0_ms);
  const first = lines.length + 200;
  await expect.poll(() => lines.length).toBeGreaterThan(first + 5);
  const receipt = receiptOf(lines.slice(first, first + 5));
  const [verified] = await jsonLines(await post(receipt, { session }));
  expect(verified).toEqual({ type: 'verified', block: 1, sent_ms: [expect.any(Number)] });
});

describe('a request that can not be taken', () => {
  const receipt = { type: 'receipt', block: 1 };

  test.each<[string, unknown, string, number, string]>([
    ['JSON that is none', '{', 'application/json', 400, 'a control message is not JSON'],
    ['a field that is missing', receipt, 'application/json', 400, 'receipt: '],
    [
      'a line that is wrong',
      '{"type":"later"}\n[]',
      NDJSON,
      400,
      'line 2: a control message is not a JSON object',
    ],
    ['nothing', '', 'application/json', 400, 'a control message is not JSON'],
    ['what is not UTF-8', Uint8Array.of(0x7b, 0xff), 'application/json', 400, 'the body is not UTF-8'],
    ['a form', 'a=b', 'application/x-www-form-urlencoded', 415, 'not "application/x-www-form-urlencoded"'],
    ['another charset', '{}', 'application/json; charset=latin1', 415, 'in UTF-8'],
    [
      'too much',
      'x'.repeat(LIMITS.inboundMessageBytes + 1),
      'text/plain',
      413,
      'a body may have at most 65536 bytes',
    ],
  ])('%s', async (_, body, type, status, sentence) => {
    const { session, post, events } = await endless(1);
    const response = await post(body, { session, type });
    expect(await problem(response)).toMatchObject({ status, detail: expect.stringContaining(sentence) });
    expect(response.headers.get('accept-post')).toBe(
      status === 415 ? 'application/x-ndjson, application/json, text/plain' : null,
    );
    expect(events.map(({ event }) => event)).toEqual(['listening', 'join']);
    expect((await post('still here', { session, type: 'text/plain' })).status).toBe(202);
  });

  test('more receipts than may wait', async () => {
    const { lines, session, post } = await endless(1);
    const one = `${JSON.stringify(receiptOf(lines.slice(0, 1)))}\n`;
    const most = await post(one.repeat(LIMITS.waitingReceipts), { session, type: NDJSON });
    expect(most.status).toBe(200);
    const tooMany = await post(one.repeat(LIMITS.waitingReceipts + 1), { session, type: NDJSON });
    expect(await problem(tooMany)).toMatchObject({
      status: 413,
      detail: expect.stringContaining('64 receipts'),
    });
  });

  test('a compressed one', async () => {
    const { session, post } = await endless(1);
    const response = await post('{}', { session, headers: { 'Content-Encoding': 'gzip' } });
    expect(await problem(response)).toMatchObject({ status: 415, detail: expect.stringContaining('gzip') });
  });

  test('one of a session that there is not, or of none', async () => {
    const { post } = await started();
    for (const session of ['0'.repeat(32), 'x', '__proto__']) {
      expect(await problem(await post(receipt, { session }))).toMatchObject({ status: 404 });
    }
    expect(await problem(await post(receipt))).toMatchObject({
      status: 400,
      detail: 'Tidemark-Session is missing, which the response of the stream has in its head',
    });
  });

  test('one of a session that is another client’s is as good as its id, and ids differ', async () => {
    const { session, open } = await endless(1);
    const other = await open(`/users?${SPEAK}`);
    expect([session, other.session]).toEqual([
      expect.stringMatching(/^[0-9a-f]{32}$/),
      expect.stringMatching(/^[0-9a-f]{32}$/),
    ]);
    expect(other.session).not.toBe(session);
  });

  test('one without the access token', async () => {
    const { lines, session, post } = await endless(
      1,
      { accessToken: 's3cret' },
      `${SPEAK}&access_token=s3cret`,
    );
    const body = receiptOf(lines.slice(0, 1));
    for (const headers of [{}, { Authorization: 'Bearer wrong' }]) {
      const response = await post(body, { session, headers });
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect(await problem(response)).toMatchObject({ status: 401, close_code: 4401 });
    }
    const brought = await post(body, { session, headers: { Authorization: 'Bearer s3cret' } });
    expect(brought.status).toBe(200);
  });

  test('one of a page that may not connect', async () => {
    const { session, post } = await endless(1);
    const response = await post('hello', {
      session,
      type: 'text/plain',
      headers: { Origin: 'https://evil.example' },
    });
    expect(await problem(response)).toMatchObject({ status: 403 });
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('a GET', async () => {
    const { url } = await started();
    const response = await fetch(`${url}/receipts`);
    expect(response.headers.get('allow')).toBe('POST');
    expect(await problem(response)).toMatchObject({ status: 405, detail: 'POST is answered here, not GET' });
  });
});

test('a POST elsewhere gets its answer, however much it would send', async () => {
  const { url } = await started();
  const response = await fetch(`${url}/users`, { method: 'POST', body: 'x'.repeat(4_000_000) });
  expect(await problem(response)).toMatchObject({ status: 405 });
});

describe('a page', () => {
  const origin = 'http://localhost:3000';

  test('is told by a preflight that it may report', async () => {
    const { url } = await started();
    const ask = { Origin: origin, 'Access-Control-Request-Method': 'POST' };
    const response = await fetch(`${url}/receipts`, { method: 'OPTIONS', headers: ask });
    expect([response.status, await response.text()]).toEqual([204, '']);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': expect.stringContaining('Tidemark-Session'),
      'access-control-max-age': '600',
      allow: 'POST, OPTIONS',
    });
  });

  test('is told that it may ask for a stream with its token, too; no other page is', async () => {
    const { url } = await started({ accessToken: 's3cret' });
    const preflight = (from: string) =>
      fetch(`${url}/users`, { method: 'OPTIONS', headers: { Origin: from } });
    const response = await preflight(origin);
    expect(response.headers.get('access-control-allow-headers')).toContain('Authorization');
    expect(response.headers.get('access-control-allow-methods')).toBe('GET, HEAD');
    expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
  });

  test('may read the answer', async () => {
    const { lines, session, post } = await finished();
    const response = await post(receiptOf(lines), { session, headers: { Origin: origin } });
    expect(response.headers.get('access-control-allow-origin')).toBe(origin);
    expect(await jsonLines(response)).toEqual([{ type: 'verified', block: 1 }]);
  });
});

describe('a session', () => {
  test('waits for reports as long as a WebSocket does, and then ends as done', async () => {
    const { session, post, events } = await finished({ heartbeatMs: 50 });
    await expect
      .poll(() => events.at(-1))
      .toMatchObject({ event: 'leave', reason: 'done', blocks: 0, messages: 10 });
    expect(await problem(await post('late', { session, type: 'text/plain' }))).toMatchObject({ status: 404 });
  });

  test('ends when its client hangs up', async () => {
    const { session, post, events, hangUp } = await endless(1);
    hangUp();
    await expect.poll(() => events.at(-1)).toMatchObject({ event: 'leave', reason: 'left' });
    expect((await post('late', { session, type: 'text/plain' })).status).toBe(404);
  });

  test('ends when a later connection takes over the name, though its response had ended', async () => {
    const { session, post, open, events } = await finished({}, `${SPEAK}&client=alice&token=12345678`);
    const next = await open(`/users?${SPEAK}&client=alice&token=12345678`);
    expect(next.welcome).toMatchObject({ client: 'alice' });
    expect(events).toContainEqual(expect.objectContaining({ event: 'leave', reason: 'superseded' }));
    expect((await post('late', { session, type: 'text/plain' })).status).toBe(404);
    expect((await post('hello', { session: next.session, type: 'text/plain' })).status).toBe(202);
  });

  test('holds its name while its client may report, and no longer', async () => {
    const query = `${SPEAK}&client=alice&token=12345678`;
    const { lines, session, post, open, url, events } = await finished({}, query);
    expect((await fetch(`${url}/users?client=alice`)).status).toBe(409);
    await post(receiptOf(lines), { session });
    await expect.poll(() => events.at(-1)).toMatchObject({ event: 'leave' });
    expect((await open('/users?client=alice')).session).not.toBe('');
  });

  test('gives its name to whoever wants it, if its client brought no token and has been sent all', async () => {
    const { session, post, open, url, events } = await finished();
    const next = await open(`/users?${SPEAK}&client=alice`);
    expect(next.welcome).toMatchObject({ client: 'alice' });
    expect(events).toContainEqual(expect.objectContaining({ event: 'leave', reason: 'superseded' }));
    expect((await post('late', { session, type: 'text/plain' })).status).toBe(404);
    expect((await fetch(`${url}/users?client=alice`)).status).toBe(409); // the response of this one goes on
  });

  test('that is superseded tells a request that waits', async () => {
    const { waiting, session, post, open, path } = await checking();
    await open(path);
    expect(await waiting).toContain('HTTP/1.1 409');
    expect(await waiting).toContain('"close_code":4410');
    expect((await post('late', { session, type: 'text/plain' })).status).toBe(404);
  });

  test('tells a request that waits when the server stops', async () => {
    const { server, waiting } = await checking();
    await server.close();
    expect(await waiting).toContain('HTTP/1.1 409');
    expect(await waiting).toContain('"close_code":1012');
  });

  test('has no room for more receipts than may wait', async () => {
    const { session, post } = await checking();
    const body = `${JSON.stringify(LONG)}\n`.repeat(LIMITS.waitingReceipts);
    const response = await post(body, { session, type: NDJSON });
    expect(response.headers.get('retry-after')).toBe('1');
    expect(await problem(response)).toMatchObject({
      status: 429,
      detail: expect.stringContaining('room for 63'),
    });
  });

  test('that lingers ends with its server at once', async () => {
    const { server, events } = await finished();
    await server.close();
    expect(events.slice(-2)).toMatchObject([{ event: 'leave', reason: 'stopped' }, { event: 'stopped' }]);
  });

  test('takes no more while what is told of it waits', async () => {
    const { server, session, post } = await endless(1);
    server.holdInput(true);
    const response = await post('hello', { session, type: 'text/plain' });
    expect(response.headers.get('retry-after')).toBe('1');
    expect(await problem(response)).toMatchObject({ status: 429 });
    server.holdInput(false);
    expect((await post('hello', { session, type: 'text/plain' })).status).toBe(202);
  });

  test('goes on when a request is dropped before its answer', async () => {
    const { socket, session, post, events } = await checking();
    socket.destroy();
    const response = await post({ ...LONG, block: 3, count: 5 }, { session });
    expect(await jsonLines(response)).toMatchObject([{ type: 'mismatch', block: 3 }]);
    const blocks = events.flatMap((event) => (event.event === 'receipt' ? [event.block] : []));
    expect(blocks).toEqual([1, 2, 3]);
  });
});

test('a body that does not come in time is given up, and the session goes on', {
  timeout: 15_000,
}, async () => {
  const { server, session, post } = await endless(1);
  const socket = await dialled(server.port);
  socket.write(
    `POST /receipts HTTP/1.1\r\nHost: x\r\nTidemark-Session: ${session}\r\nContent-Type: text/plain\r\n`,
  );
  socket.write('Content-Length: 5\r\n\r\nhel');
  const began = performance.now();
  await once(socket.resume(), 'close');
  expect(performance.now() - began).toBeGreaterThan(ACCESS_LIMITS.handshakeMs / 2);
  expect((await post('hello', { session, type: 'text/plain' })).status).toBe(202);
});

describe('a connection that reports', () => {
  /** What is answered to requests that go one after another by one connection, until it ends. */
  async function asking(port: number) {
    const socket = await dialled(port);
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    const closed = once(socket, 'close');
    const head = async (request: string) => {
      text = '';
      socket.write(request);
      await expect.poll(() => text).toContain('\r\n\r\n');
      return text.split('\r\n\r\n')[0] ?? '';
    };
    return { socket, head, closed };
  }

  const says = (session: string, more = '') =>
    `POST /receipts HTTP/1.1\r\nHost: x\r\nTidemark-Session: ${session}\r\nContent-Type: text/plain\r\n${more}Content-Length: 5\r\n\r\nhello`;

  test('is kept for what is reported next, and may ask for a stream then, which ends it', async () => {
    const { server, session, events } = await endless(1);
    const { head, closed } = await asking(server.port);
    for (let number = 0; number < 3; number++) {
      const kept = await head(says(session));
      expect(kept).toMatch(/^HTTP\/1.1 202 /);
      expect(kept).toContain('Connection: keep-alive\r\nKeep-Alive: timeout=3');
    }
    expect(events.filter(({ event }) => event === 'message')).toHaveLength(3);
    expect(await head('GET /users?count=1&rate=max HTTP/1.1\r\nHost: x\r\n\r\n')).toContain(
      'Connection: close',
    );
    await closed;
  });

  test('is kept where what is reported is refused', async () => {
    const { server, session } = await endless(1);
    const { head } = await asking(server.port);
    const refused = says(session).replace('text/plain', 'image/png');
    expect(await head(refused)).toMatch(/^HTTP\/1.1 415 .*Connection: keep-alive/s);
    expect(await head(says(session))).toMatch(/^HTTP\/1.1 202 /);
  });

  test.each([
    ['its client wants it to', (session: string) => says(session, 'Connection: close\r\n'), 202],
    ['there is no such session', () => says('none'), 404],
    [
      'the body is too large',
      (session: string) => says(session).replace('Content-Length: 5', 'Content-Length: 500000'),
      413,
    ],
  ])('ends if %s', async (_, request, status) => {
    const { server, session } = await endless(1);
    const { head, socket, closed } = await asking(server.port);
    const answer = await head(request(session));
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain('Connection: close');
    if (status === 413) socket.end(); // the rest does not come
    await closed;
  });

  test('ends with its server', async () => {
    const { server, session } = await endless(1);
    const { head, closed } = await asking(server.port);
    await head(says(session));
    await Promise.all([server.close(), closed]);
  });
});

test('two hundred sessions come and go, and leave nothing behind', async () => {
  const { server, events, post, open } = await started();
  const one = async () => {
    const { lines, ended, session, welcome } = await open(`/bytes?size=64&count=2&rate=max&${SPEAK}`);
    await ended;
    return jsonLines(await post(receiptOf(lines, 1, welcome.client), { session }));
  };
  for (let round = 0; round < 4; round++) {
    const answers = await Promise.all(Array.from({ length: 50 }, one));
    expect(answers).toEqual(answers.map(() => [{ type: 'verified', block: 1 }]));
  }
  await expect.poll(() => server.clients).toBe(0);
  const of = (name: string) => events.filter(({ event }) => event === name).length;
  expect([of('join'), of('receipt'), of('leave')]).toEqual([200, 200, 200]);
});

async function dialled(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  onTestFinished(() => {
    socket.destroy();
  });
  await once(socket, 'connect');
  return socket;
}

/** A receipt that takes long to check: all of it has to be made again. */
const LONG: Receipt = {
  ...{ type: 'receipt', block: 2, from: 0, to: 999, count: 1000, bytes: 1000 * 1_048_576, elapsed_ms: 2 },
  ...{ crc32: '00000000', interrupted: false, text: receiptSentence('alice', 2, 2) },
};

/** A session with a request whose receipt is being checked. */
async function checking() {
  const path = `/bytes?size=1048576&from=1000&rate=0.01&${SPEAK}&client=alice&token=12345678`;
  const all = await started();
  const { session } = await all.open(path);
  const socket = await dialled(all.server.port);
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const waiting = new Promise<string>((resolve) => socket.on('close', () => resolve(text)));
  const first = { ...LONG, block: 1, count: 1 }; // is wrong at once
  const body = `${JSON.stringify(first)}\n${JSON.stringify(LONG)}\n`;
  const head = `POST /receipts HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTidemark-Session: ${session}\r\nContent-Type: ${NDJSON}\r\n`;
  socket.write(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  await expect.poll(() => all.events).toContainEqual(expect.objectContaining({ event: 'receipt', block: 1 }));
  return { ...all, path, session, socket, waiting };
}
