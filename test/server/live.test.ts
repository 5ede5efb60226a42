import { once } from 'node:events';
import { request } from 'node:http';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connect } from '../../src/client/connect.ts';
import { LIVE_SCHEMA } from '../../src/server/api/live.ts';
import type { LiveLine, LiveSecond } from '../../src/server/live/live-line.ts';
import type { ServeOptions } from '../../src/server/options/serve-options.ts';
import { serve } from '../../src/server/serve.ts';

async function started(options: ServeOptions = {}) {
  const server = await serve({ port: 0, encoders: 0, ...options });
  onTestFinished(() => server.close());
  return { server, base: `http://127.0.0.1:${server.port}` };
}

/** The lines of `/live`, until the test ends. */
async function* watch(base: string, init: RequestInit = {}): AsyncGenerator<LiveLine, undefined> {
  const gone = new AbortController();
  onTestFinished(() => gone.abort());
  const response = await fetch(`${base}/live`, { ...init, signal: gone.signal });
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/x-ndjson']);
  expect(response.headers.get('tidemark-client')).toBeNull();
  let text = '';
  for await (const chunk of (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
    const lines = `${text}${chunk}`.split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line);
  }
  return undefined;
}

async function until<Line extends LiveLine>(
  lines: AsyncGenerator<LiveLine>,
  wanted: (line: LiveLine) => line is Line,
) {
  for (;;) {
    const { value, done } = await lines.next();
    if (done) throw new Error('the lines have ended');
    if (wanted(value)) return value;
  }
}

const isSecond = (line: LiveLine): line is LiveSecond => line.type === 'second';

describe('GET /live', () => {
  test('tells what clients do, as its schema says', async () => {
    const { server, base } = await started();
    const isValid = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(LIVE_SCHEMA);
    const lines = watch(base);
    const { value: opening } = await lines.next();
    isValid(opening);
    expect(isValid.errors).toBeNull();
    expect(opening).toMatchObject({ type: 'opening', chaos: null, dismisses: false });
    const run = connect(`${server.url}/users?seed=7&rate=200`, { client: 'alice', block: 5 }).start();
    onTestFinished(() => run.stop());
    const said = await until(lines, (line): line is LiveSecond => isSecond(line) && line.feed.length > 0);
    isValid(said);
    expect(isValid.errors).toBeNull();
    expect(said.feed[0]).toMatchObject({ client: 'alice', kind: 'receipt', verified: true });
    expect(said.feed[0]?.text).toMatch(/^Client alice received \d+ block in [\d.]+ ms time$/);
    expect(said.roster).toMatchObject([{ name: 'alice', stream: 'users?seed=7', carriage: 'websocket' }]);
    expect(said.streams).toMatchObject([{ stream: 'users?seed=7', clients: 1 }]);
    run.stop();
    await run.closed;
    const after = await until(lines, (line): line is LiveSecond => isSecond(line) && line.left.length > 0);
    expect(after).toMatchObject({ left: [{ name: 'alice', reason: 'left' }], roster: [] });
  });

  test('ends when the server stops', async () => {
    const { server, base } = await started();
    const lines = watch(base);
    await lines.next();
    const closed = server.close();
    await lines.next().catch(() => {});
    await closed;
  });

  test('is told to who may connect', async () => {
    const { base } = await started({ accessToken: 'only-for-friends' });
    expect((await fetch(`${base}/live`)).status).toBe(401);
    const lines = watch(base, { headers: { Authorization: 'Bearer only-for-friends' } });
    expect((await lines.next()).value).toMatchObject({ type: 'opening' });
  });

  test('takes no place among the clients', async () => {
    const { server, base } = await started({ maxClients: 1 });
    await watch(base).next();
    const run = connect(`${server.url}/users?rate=max`, { count: 5 });
    expect(await run.closed).toMatchObject({ verdict: 'proved' });
  });

  test('refuses more watchers than may be', async () => {
    const { base } = await started();
    await Promise.all(Array.from({ length: 32 }, () => watch(base).next()));
    const refused = await fetch(`${base}/live`);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await refused.json()).toMatchObject({ detail: 'as many watch this server as may' });
  });

  test('answers a HEAD with its head', async () => {
    const { base } = await started();
    const { status, headers } = await fetch(`${base}/live`, { method: 'HEAD' });
    expect([status, headers.get('content-type')]).toEqual([200, 'application/x-ndjson']);
  });
});

/** What a browser asks for. */
const HTML = { headers: { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } };

/** As `fetch`, but leaves the path as it is and follows no redirect. */
async function got(base: string, path: string) {
  const { port } = new URL(base);
  const sent = request({ port, path, ...HTML }).end();
  const [response] = await once(sent, 'response');
  response.resume();
  return { status: response.statusCode as number, location: response.headers.location as string | undefined };
}

describe('the page', () => {
  test('is sent to browsers, and a sentence to programs', async () => {
    const { base } = await started();
    const program = await fetch(base);
    expect([program.headers.get('content-type'), program.headers.get('vary')]).toEqual([
      'text/plain; charset=utf-8',
      'Accept',
    ]);
    expect(await program.text()).toContain('This is a Tidemark server');
    const browser = await fetch(base, HTML);
    expect([browser.status, browser.headers.get('vary')]).toEqual([200, 'Accept']);
  });

  test('has a slash behind the base path, since its URLs are relative', async () => {
    const { base } = await started({ basePath: '/feeds' });
    expect(await got(base, '/feeds?x=1')).toEqual({ status: 308, location: '/feeds/?x=1' });
    expect(await got(base, '/feeds/')).toEqual({ status: 200, location: undefined });
    expect((await fetch(`${base}/feeds`)).status).toBe(200);
  });

  test.each(['/page/nothing.js', '/page/..%2f..%2fpackage.json', '/page/package.json', '/page/'])(
    'has no file %s',
    async (path) => {
      const { base } = await started();
      expect((await got(base, path)).status).toBe(404);
    },
  );
});
