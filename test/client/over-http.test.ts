import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connect } from '../../src/client/connect.ts';
import type { ConnectOptions } from '../../src/client/connect-options.ts';
import type { ClientEvent } from '../../src/client/run/client-event.ts';
import { framed } from '../../src/stream/segment/framing.ts';
import { openStream } from '../../src/stream/stream.ts';
import { plainPeer } from '../carriage/http/plain-peer.ts';
import { problem, tidemarkPeer } from '../carriage/http/tidemark-peer.ts';
import { PAIRS } from '../server/options/tls-pairs.ts';

const stream = openStream('users?seed=7');
const event = (seq: number) => framed('events', stream.message(seq), seq, true);

/** A run to its end, with what it told. */
async function ran(url: string, options: ConnectOptions = {}) {
  const events: ClientEvent[] = [];
  const verdict = await connect(url, { client: 'alice', ...options, onEvent: (each) => events.push(each) })
    .closed;
  const disconnected = events.filter((each) => each.event === 'disconnected');
  return { verdict, events, disconnected };
}

describe.each(['events', 'lines'] as const)('a stream as %s', (as) => {
  test('is taken in blocks, each is reported, and the run is proved', async () => {
    const peer = await tidemarkPeer();
    const { verdict, events } = await ran(`${peer.url}/users?seed=7`, { as, count: 23 });
    expect(verdict).toMatchObject({ verdict: 'proved', messages: 23, blocks: 5, resumes: 0 });
    expect(events[0]).toMatchObject({ event: 'start', as });
    expect(events[1]).toMatchObject({ event: 'connected', stream: 'users?seed=7', from: 0 });
    const [{ url, headers }] = peer.asked as [(typeof peer.asked)[0]];
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      seed: '7',
      client: 'alice',
      count: '23',
      speak: 'tidemark.v1',
    });
    expect(headers['accept']).toBe(
      as === 'events' ? 'text/event-stream' : 'application/x-ndjson, application/jsonl, application/ndjson',
    );
    const blocks = peer.posts.flatMap(({ messages }) =>
      messages.map((each) => each.type === 'receipt' && each.block),
    );
    expect(blocks).toEqual([1, 2, 3, 4, 5]);
    expect(peer.posts.length).toBeLessThan(5); // what waits goes together
  });

  test('goes on where it fell silent', async () => {
    const peer = await tidemarkPeer({ responses: [{ silentAfter: 7 }] });
    const { verdict, disconnected } = await ran(`${peer.url}/users?seed=7`, { as, count: 12 });
    expect(verdict).toMatchObject({ verdict: 'proved', messages: 12, resumes: 1 });
    expect(disconnected).toMatchObject([{ code: 1006, reason: 'nothing heard for two heartbeats' }]);
  });

  test('goes on where it broke off, and what was not answered is reported again', async () => {
    const peer = await tidemarkPeer({
      responses: [{ cutAfter: 7, onceReported: true }, { cutAfter: 0 }],
      post: (number) => number === 1, // which gets no answer
    });
    const { verdict, disconnected } = await ran(`${peer.url}/users?seed=7`, { as, count: 12 });
    expect(verdict).toMatchObject({ verdict: 'proved', messages: 12 });
    expect(
      peer.asked.map(({ url }) => [url.searchParams.get('from'), url.searchParams.get('count')]),
    ).toEqual([
      [null, '12'],
      ['7', '5'],
      ['7', '5'],
    ]);
    expect(disconnected).toMatchObject([{ code: 1006 }, { code: 1006 }]);
  });

  test('that ends too early is asked for again', async () => {
    const peer = await tidemarkPeer({
      responses: [{ endAfter: 4 }, { endAfter: 3, trailer: '1012 restarting' }],
    });
    const { verdict, disconnected } = await ran(`${peer.url}/users?seed=7`, { as, count: 10 });
    expect(verdict).toMatchObject({ verdict: 'proved', messages: 10, resumes: 2 });
    expect(disconnected).toMatchObject([
      { code: 1000, reason: 'done' },
      { code: 1012, reason: 'restarting' },
    ]);
  });

  test('of which a proxy keeps the trailer is proved all the same', async () => {
    const peer = await tidemarkPeer({ responses: [{ trailer: '' }] });
    const { verdict } = await ran(`${peer.url}/users?seed=7`, { as, count: 10 });
    expect(verdict).toMatchObject({ verdict: 'proved', messages: 10, resumes: 0 });
  });

  test('that is superseded ends the run', async () => {
    const peer = await tidemarkPeer({ responses: [{ endAfter: 4, trailer: '4410 superseded by \\u00e9' }] });
    const { verdict } = await ran(`${peer.url}/users?seed=7`, { as, count: 10 });
    expect(verdict).toMatchObject({ verdict: 'failed', error: 'superseded by é' });
  });
});

describe('receipts', () => {
  test('wait where the server has too much to do, and are not lost', async () => {
    const peer = await tidemarkPeer({
      post: (number, response) => {
        if (number > 1) return false;
        problem(response, 429, { detail: 'too many wait' }, { 'Retry-After': '0' });
        return true;
      },
    });
    const { verdict } = await ran(`${peer.url}/users?seed=7`, { count: 10 });
    expect(verdict).toMatchObject({ verdict: 'proved', resumes: 0 });
    expect(peer.posts[1]).toEqual(peer.posts[0]);
  });

  test('go one after another by one connection, and by another one if that was closed meanwhile', async () => {
    const sockets: unknown[] = [];
    const peer = await tidemarkPeer({
      pacedMs: 5,
      post: (_, response) => {
        sockets.push(response.socket);
        // As it may be closed just when the next request is on its way.
        if (sockets.length === 4) response.socket?.destroy();
        return sockets.length === 4;
      },
    });
    const { verdict } = await ran(`${peer.url}/users?seed=7`, { count: 80 });
    expect(verdict).toMatchObject({ verdict: 'proved', resumes: 0 });
    expect(sockets.length).toBeGreaterThan(5);
    expect(new Set(sockets.slice(0, 4)).size).toBe(1);
    expect(new Set(sockets.slice(4)).size).toBe(1);
    expect(peer.posts[4]).toEqual(peer.posts[3]);
  });

  test('that a server does not take end the run', async () => {
    const peer = await tidemarkPeer({
      post: (_, response) => {
        problem(response, 405, { detail: 'GET alone' });
        return true;
      },
    });
    const { verdict } = await ran(`${peer.url}/users?seed=7`, { count: 10 });
    expect(verdict).toMatchObject({
      verdict: 'failed',
      error: expect.stringContaining('HTTP 405: GET alone'),
    });
  });

  test.each([
    [404, {}, 'HTTP 404: no such session', 1006],
    [409, { close_code: 1012 }, 'HTTP 409: no such session', 1012],
    [500, {}, 'HTTP 500: no such session', 1006],
  ])(
    'that are refused with %i end the connection, and are sent again',
    async (status, body, reason, code) => {
      const peer = await tidemarkPeer({
        post: (number, response) => {
          if (number > 1) return false;
          problem(response, status, { detail: 'no such session', ...body });
          return true;
        },
      });
      const { verdict, disconnected } = await ran(`${peer.url}/users?seed=7`, { count: 10 });
      expect(verdict).toMatchObject({ verdict: 'proved', messages: 10, resumes: 1 });
      expect(disconnected).toMatchObject([{ code, reason: expect.stringContaining(reason) }]);
      expect(peer.posts.at(-1)?.session).toBe('session-2');
    },
  );

  test('that are wrong fail the run', async () => {
    const peer = await tidemarkPeer({
      responses: [{ frame: (seq) => (seq === 3 ? 'id: 3\ndata: {"seq":3,"name":"other"}\n\n' : event(seq)) }],
    });
    const { verdict, events } = await ran(`${peer.url}/users?seed=7`, { count: 10 });
    expect(verdict).toMatchObject({ verdict: 'failed', corrupt: 5 });
    expect(events).toContainEqual(expect.objectContaining({ event: 'mismatch', block: 1 }));
  });

  test('and questions for the time go the same way', async () => {
    const peer = await tidemarkPeer();
    const { verdict, events } = await ran(`${peer.url}/users?seed=7`, { count: 10, timing: true });
    expect(verdict.verdict).toBe('proved');
    expect(peer.posts[0]?.messages[0]).toMatchObject({ type: 'clock_request' });
    expect(events.filter(({ event: type }) => type === 'timed')).toHaveLength(2);
  });
});

test('events whose ids are not those of their messages are told, and no message is lost by it', async () => {
  const peer = await tidemarkPeer({
    responses: [{ frame: (seq) => (seq === 4 ? `id: 3\ndata: ${text(4)}\n\n` : event(seq)) }],
  });
  const { verdict, disconnected } = await ran(`${peer.url}/users?seed=7`, { count: 10 });
  expect(disconnected).toMatchObject([
    { code: 1002, reason: 'an event has the id "3", and its message has the seq 4' },
  ]);
  expect(verdict).toMatchObject({ verdict: 'proved', messages: 10, resumes: 1 });
});

const text = (seq: number) => Buffer.from(stream.message(seq)).toString();

describe('a server that does not speak Tidemark', () => {
  const sse = (response: Parameters<Parameters<typeof plainPeer>[0]>[1], body: string) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8' });
    response.write(body);
  };

  test('is asked for what follows the last event, after the wait that it wants, and a 204 ends the run', async () => {
    const peer = await plainPeer((number, response) => {
      if (number === 3) return void response.writeHead(204).end();
      sse(
        response,
        `retry: 300\r\n\r\nid: ${number}é\r\nevent: update\r\ndata: a\r\ndata: b\r\n\r\n: still there\r\n`,
      );
      setTimeout(() => response.destroy(), 5);
    });
    const messages: string[] = [];
    const { verdict, disconnected, events } = await ran(`${peer.url}/feed?x=1`, {
      plain: true,
      onMessages: (arrival) =>
        messages.push(...arrival.messages.map(({ payload }) => Buffer.from(payload).toString())),
    });
    expect(messages).toEqual(['a\nb', 'a\nb']);
    expect(peer.asked.map(({ url }) => url)).toEqual(Array(3).fill('/feed?x=1'));
    const ids = peer.asked.map(({ headers }) => headers['last-event-id']);
    expect(ids.map((id) => id && Buffer.from(String(id), 'latin1').toString())).toEqual([
      undefined,
      '1é',
      '2é',
    ]);
    expect(disconnected.every(({ retry_ms }) => retry_ms >= 400)).toBe(true);
    expect(events[1]).toMatchObject({ event: 'connected', stream: null });
    expect(verdict).toMatchObject({ verdict: 'unproved', messages: 2 });
  });

  test('is asked for all once more where it takes its id back', async () => {
    const peer = await plainPeer((number, response) => {
      if (number === 4) return void response.writeHead(204).end();
      sse(response, ['id: 7\ndata: a\n\n', 'data: b\n\n', 'id\ndata: c\n\n'][number - 1] ?? '');
      setTimeout(() => response.destroy(), 5);
    });
    await ran(peer.url, { plain: true });
    expect(peer.asked.map(({ headers }) => headers['last-event-id'])).toEqual([
      undefined,
      '7',
      '7',
      undefined,
    ]);
  });

  test.each([404, 503])(
    'may name a session, and need not take what is said to it: HTTP %i',
    async (status) => {
      const said: string[] = [];
      const peer = await plainPeer((_, response, request) => {
        if (request.method === 'POST') {
          request.on('data', (body: Buffer) => said.push(body.toString()));
          return problem(response, status, { detail: 'no such session' });
        }
        response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Tidemark-Session': 'x' });
        response.end('data: a\n\n'.repeat(10));
      });
      const { verdict } = await ran(peer.url, { plain: true });
      expect(verdict).toMatchObject({ verdict: 'unproved', messages: 10, blocks: 2, resumes: 0 });
      expect(said[0]).toMatch(/^Client alice received 1 block in \d+\.\d{3} ms time$/);
      expect(peer.asked.filter(({ method }) => method === 'GET')).toHaveLength(1);
    },
  );

  test('is come back to, as by an EventSource, where it ends each response and has said when or where to go on', async () => {
    const peer = await plainPeer((number, response) => {
      if (number === 5) return void response.writeHead(204).end();
      sse(response, ['data: b\n\n', `retry: 5\nid: ${number}\ndata: a\n\n`][number % 2] ?? '');
      response.end();
    });
    const { verdict, disconnected } = await ran(peer.url, { plain: true });
    expect(verdict).toMatchObject({ verdict: 'unproved', messages: 4, resumes: 4 });
    const ids = peer.asked.map(({ headers }) => headers['last-event-id']);
    expect(ids).toEqual([undefined, '1', '1', '3', '3']);
    expect(disconnected.map(({ reason }) => reason)).toEqual(Array(4).fill('the response ended'));
    expect(Math.max(...disconnected.map(({ retry_ms }) => retry_ms))).toBeLessThan(300); // no outage, no back-off
  });

  test('is resumed from the log behind the last block, by the id of its last event', async () => {
    const peer = await plainPeer((number, response) => {
      const ids = number === 1 ? [1, 2, 3, 4, 5] : [4, 5, 6];
      sse(response, `retry: 5\n${ids.map((id) => `id: ${id}\nevent: e\ndata: ${id}\n\n`).join('')}`);
    });
    const log = join(mkdtempSync(join(tmpdir(), 'tidemark-')), 'run.ndjson');
    onTestFinished(() => rmSync(dirname(log), { recursive: true }));
    const kept = { plain: true, log, block: 3 };
    await ran(peer.url, { ...kept, count: 3 });
    const { verdict } = await ran(peer.url, { ...kept, count: 6, resume: true });
    expect(verdict).toMatchObject({ verdict: 'unproved', messages: 6 });
    expect(peer.asked.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '3']);
    const blocks = readFileSync(log, 'utf8').trim().split('\n').slice(1);
    const logged = blocks.map((line) => JSON.parse(line));
    expect(logged.map(({ last_event_id }) => last_event_id)).toEqual(['3', '6']);
    expect(logged.flatMap(({ messages }) => messages.map(({ data }: { data: string }) => data))).toEqual([
      '1',
      '2',
      '3',
      '4',
      '5',
      '6',
    ]);
  });

  test('is not come back to with once', async () => {
    const peer = await plainPeer((_, response) => {
      sse(response, 'retry: 5\nid: 7\ndata: a\n\n');
      response.end();
    });
    const { verdict } = await ran(peer.url, { plain: true, once: true, count: 2 });
    expect(verdict).toMatchObject({ verdict: 'failed', error: 'the response ended' });
    expect(peer.asked).toHaveLength(1);
  });

  test('that ends as one that has sent all ends the run', async () => {
    const peer = await plainPeer((_, response) => {
      sse(response, 'data: a\n\ndata: b\n\n');
      response.end();
    });
    const { verdict } = await ran(peer.url, { plain: true });
    expect(verdict).toMatchObject({ verdict: 'unproved', messages: 2 });
    expect(peer.asked).toHaveLength(1);
  });

  test('is found out without being told, and gets no receipts', async () => {
    const peer = await plainPeer((_, response) => sse(response, 'data: a\n\ndata: b\n\n'));
    const { verdict } = await ran(peer.url, { count: 2, block: 1 });
    expect(verdict).toMatchObject({ verdict: 'unproved', messages: 2, blocks: 2 });
    expect(peer.asked.map(({ method }) => method)).toEqual(['GET']);
  });

  test('that relays a stream is proved by the client itself, or fails by what is missing', async () => {
    const peer = await plainPeer((number, response) => {
      const seqs = [0, 1, 2, 3, 4, 5].filter((seq) => number === 1 || seq !== 3);
      sse(response, `id: x\n\n${seqs.map((seq) => `event: e\ndata: ${text(seq)}\n\n`).join('')}`);
      response.end();
    });
    const check = { plain: true, stream: 'users?seed=7', count: 6 };
    expect((await ran(peer.url, check)).verdict).toMatchObject({ verdict: 'proved', messages: 6 });
    const { verdict, events } = await ran(peer.url, check);
    expect(verdict).toMatchObject({ verdict: 'failed', lost: 1 });
    expect(events).toContainEqual({ event: 'finding', client: 'alice', kind: 'lost', from: 3, to: 3 });
  });

  test('that sends lines is taken as lines', async () => {
    const peer = await plainPeer((_, response) => {
      response.writeHead(200, { 'Content-Type': 'application/stream+json' });
      response.end(`${text(0)}\r\n\r\n${text(1)}`);
    });
    const { verdict } = await ran(peer.url, { as: 'lines', plain: true, stream: 'users?seed=7', count: 2 });
    expect(verdict).toMatchObject({ verdict: 'proved', messages: 2 });
  });

  test('that is silent is given up only where that was asked for', async () => {
    const peer = await plainPeer((_, response) => sse(response, 'data: a\n\n'));
    const { verdict } = await ran(peer.url, { count: 2, idleTimeoutMs: 200, heartbeatMs: 10 });
    expect(verdict).toMatchObject({
      verdict: 'failed',
      error: 'stalled at seq 1: no message came for 0.2 s',
    });
    expect(peer.asked).toHaveLength(1);
  });
});

describe('an answer that is no stream', () => {
  test.each<[string, number, Record<string, string>, string, string]>([
    [
      'a problem',
      404,
      { 'Content-Type': 'application/problem+json' },
      '{"detail":"no stream \\"x\\""}',
      'HTTP 404: no stream "x"',
    ],
    ['a redirect', 307, { Location: 'http://h/x' }, '', 'HTTP 307: it redirects to http://h/x'],
    [
      'a page',
      200,
      { 'Content-Type': 'text/html' },
      '<title>Sign in</title>',
      'a page of HTML (text/html) where text/event-stream was asked for: Sign in',
    ],
    [
      'JSON',
      200,
      { 'Content-Type': 'application/json' },
      '{}',
      'application/json where text/event-stream was asked for',
    ],
    [
      'lines',
      200,
      { 'Content-Type': 'application/x-ndjson' },
      '{}\n',
      'application/x-ndjson where text/event-stream was asked for; it can be taken as lines',
    ],
    ['nothing', 200, {}, '', 'no Content-Type where text/event-stream was asked for'],
    [
      'gzip',
      200,
      { 'Content-Type': 'text/event-stream', 'Content-Encoding': 'gzip' },
      '',
      'a body that is compressed (gzip), which was not asked for',
    ],
    [
      'a WebSocket',
      426,
      {},
      'Upgrade',
      'HTTP 426: Upgrade; it wants a WebSocket: its address may be ws://HOST/x',
    ],
  ])('%s ends the run, and says so', async (_, status, headers, body, said) => {
    const peer = await plainPeer((_number, response) => void response.writeHead(status, headers).end(body));
    const { verdict } = await ran(`${peer.url}/x`);
    const { host } = new URL(peer.url);
    const how = `${host} answers /x with ${said.replace('HOST', host)}`;
    expect(verdict).toMatchObject({ verdict: 'failed', error: how });
    expect(verdict.advice).toBe(said.endsWith('as lines') ? 'as_lines' : undefined);
    expect(peer.asked).toHaveLength(1);
  });

  test('is asked again where the server says when', async () => {
    const peer = await plainPeer((number, response) => {
      if (number === 1) return problem(response, 503, { detail: 'full' }, { 'Retry-After': '0' });
      response.writeHead(200, { 'Content-Type': 'text/event-stream' }).end('data: a\n\n');
    });
    const { verdict, disconnected } = await ran(peer.url, { count: 1 });
    expect(verdict).toMatchObject({ verdict: 'unproved', messages: 1 });
    expect(disconnected).toMatchObject([{ reason: expect.stringMatching(/HTTP 503: full$/) }]);
  });
});

describe('secrets', () => {
  test('the access token goes with the request and with receipts, and is told nowhere', async () => {
    const peer = await tidemarkPeer();
    const { verdict, events } = await ran(`${peer.url}/users?access_token=abc-123&seed=7`, { count: 5 });
    expect(verdict.verdict).toBe('proved');
    expect(peer.asked[0]?.headers.authorization).toBe('Bearer abc-123');
    expect(peer.asked[0]?.url.searchParams.has('access_token')).toBe(false);
    expect(JSON.stringify(events)).not.toContain('abc-123');
  });

  test('user and password go as Basic', async () => {
    const peer = await tidemarkPeer();
    const { verdict, events } = await ran(peer.url.replace('//', '//me:pass-1@'), { count: 5 });
    expect(verdict.verdict).toBe('proved');
    expect(peer.asked[0]?.headers.authorization).toBe(`Basic ${btoa('me:pass-1')}`);
    expect(JSON.stringify(events)).not.toContain('pass-1');
  });
});

describe('over TLS', () => {
  const relay = () =>
    plainPeer((_, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.end([0, 1].map((seq) => `data: ${text(seq)}\n\n`).join(''));
    }, PAIRS.a);
  const check = { plain: true, stream: 'users?seed=7', count: 2 };

  test('a server is trusted by the certificates that are given', async () => {
    const { url } = await relay();
    expect((await ran(url, { ...check, ca: PAIRS.a.cert })).verdict).toMatchObject({ verdict: 'proved' });
    const { verdict } = await ran(url, check);
    expect(verdict.error).toMatch(
      /^the server's certificate is not trusted: .*; the option ca says whom to trust$/,
    );
  });

  test('a URL of the other scheme is told', async () => {
    const secure = await relay();
    const { host } = new URL(secure.url);
    const bare = await ran(`http://${host}/`, { ...check, ca: PAIRS.a.cert });
    expect(bare.verdict.error).toContain(`the server speaks TLS: its address may be https://${host}`);
    const peer = await plainPeer((_, response) => void response.end());
    const other = new URL(peer.url).host;
    const { verdict } = await ran(`https://${other}/`, check);
    expect(verdict.error).toContain(`the server does not speak TLS: its address may be http://${other}`);
  });
});

test('a server that has gone is dialled until it is there', async () => {
  const peer = await plainPeer((number, response) => {
    if (number < 3) return void response.destroy();
    response.writeHead(200, { 'Content-Type': 'text/event-stream' }).end('data: a\n\n');
  });
  const { verdict, disconnected } = await ran(peer.url, { count: 1 });
  expect(verdict).toMatchObject({ verdict: 'unproved', messages: 1 });
  expect(disconnected).toHaveLength(2);
});

test('a run that leaves reports what it has', async () => {
  const peer = await plainPeer((_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.write('data: a\n\n');
  });
  const stopped = connect(peer.url, { onMessages: () => setImmediate(() => stopped.stop()) });
  expect(await stopped.closed).toMatchObject({ verdict: 'interrupted', messages: 1, blocks: 1 });
});

test('what is held is not read', async () => {
  const peer = await plainPeer((_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.end('data: a\n\n');
  });
  let came = 0;
  const held = connect(peer.url, {
    count: 1,
    idleTimeoutMs: 60_000,
    onEvent: ({ event: type }) => {
      if (type !== 'connected') return;
      held.holdInput(true);
      setTimeout(() => {
        expect(came).toBe(0);
        held.holdInput(false);
      }, 50);
    },
    onMessages: () => {
      came++;
    },
  });
  expect(await held.closed).toMatchObject({ messages: 1 });
});

describe('the option as', () => {
  test('is for HTTP alone', () => {
    expect(() => connect('ws://h/users', { as: 'lines' })).toThrow(
      'as must be left out with a ws:// address, got "lines"',
    );
    expect(() => connect('http://h/users', { as: 'other' as 'lines' })).toThrow(
      'as must be events or lines, got "other"',
    );
  });
});
