import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { serve } from '../../src/server/serve.ts';
import { freePort, outcome, PROGRAM, Process, serveOn, temporaryFolder, tidemark } from './processes.ts';

const TOKEN = 'open-Sesame/1+2==';
const ENTRY = `tidemark.token.${Buffer.from(TOKEN).toString('base64url')}`;

/** What becomes of a handshake: the subprotocol that was picked and the first message, or the close, or the HTTP answer. */
function fate(url: string, protocols: string[], headers: Record<string, string> = {}): Promise<unknown> {
  const socket = new WebSocket(url, protocols, { headers });
  onTestFinished(() => socket.terminate());
  socket.on('error', () => {});
  return Promise.race([
    once(socket, 'message').then(() => `served, ${socket.protocol === '' ? 'plain' : socket.protocol}`),
    once(socket, 'close').then(([code]) => code),
    once(socket, 'unexpected-response').then(([, response]) => `HTTP ${response.statusCode}`),
  ]);
}

describe('an access token', () => {
  test('is wanted in one of three ways; without it 401, or 4401 in tidemark.v1; it is shown nowhere', async () => {
    const port = await freePort();
    const file = join(temporaryFolder(), 'token');
    writeFileSync(file, `${TOKEN}\n`);
    const receipts = join(temporaryFolder(), 'receipts');
    const server = await serveOn(port, '--token-file', file, '--receipts', receipts);
    const url = `ws://127.0.0.1:${port}/users?rate=100`;
    const inQuery = `${url}&access_token=${encodeURIComponent(TOKEN)}`;
    expect(await fate(url, [], { authorization: `Bearer ${TOKEN}` })).toBe('served, plain');
    expect(await fate(url, ['tidemark.v1', ENTRY])).toBe('served, tidemark.v1');
    expect(await fate(inQuery, [])).toBe('served, plain');
    expect(await fate(inQuery, ['tidemark.v1'])).toBe('served, tidemark.v1');

    expect(await fate(url, [])).toBe('HTTP 401');
    expect(await fate(url, ['tidemark.v1'])).toBe(4401);
    expect(await fate(`${url}&access_token=wrong`, [])).toBe('HTTP 401');
    expect(await fate(url, ['tidemark.v1', `${ENTRY}x`])).toBe(4401);
    expect(await fate(`ws://127.0.0.1:${port}/nothing`, [])).toBe('HTTP 401'); // not 404: it learns nothing

    expect(await fate(`${inQuery}&sede=1`, ['tidemark.v1'])).toBe(4400);
    const { text } = await server.event('refuse', ({ code }) => code === 4400);
    expect(text).toContain('unknown parameter "sede"');
    server.kill('SIGINT');
    const { stdout, stderr } = await outcome(server);
    for (const shown of [stdout, stderr, readFileSync(receipts, 'utf8')]) {
      for (const secret of [TOKEN, ENTRY, encodeURIComponent(TOKEN), 'wrong'])
        expect(shown).not.toContain(secret);
    }
  });

  test('connect brings it, over kill -9 and restart, and keeps it out of its log; a wrong one ends the run', async () => {
    const port = await freePort();
    const first = await serveOn(port, '--token', TOKEN);
    const folder = temporaryFolder();
    const log = join(folder, 'run.ndjson');
    const url = `ws://127.0.0.1:${port}/users?rate=500&access_token=${encodeURIComponent(TOKEN)}`;
    const run = tidemark('connect', url, '--count', '600', '--block-size', '100', '--log', log, '--json');
    await run.event('block');
    await first.killNow();
    const second = new Process('env', [
      `TIDEMARK_TOKEN=${TOKEN}`,
      ...[process.execPath, PROGRAM, 'serve', '--port', String(port), '--json'],
    ]);
    await second.event('listening');
    const { code, stdout, stderr } = await outcome(run);
    expect(code, stderr).toBe(0);
    for (const shown of [stdout, stderr, readFileSync(log, 'utf8')]) {
      expect(shown).not.toContain(TOKEN);
      expect(shown).not.toContain('access_token');
    }

    const plainLog = join(folder, 'plain.ndjson');
    const plain = await outcome(
      tidemark('connect', url, '--plain', '--count', '10', '--log', plainLog, '--json'),
    );
    expect(plain.code).toBe(0); // it was dialled as it is
    for (const shown of [plain.stdout, plain.stderr, readFileSync(plainLog, 'utf8')])
      expect(shown).not.toContain('access_token');

    const bare = `ws://127.0.0.1:${port}/users?rate=500`;
    const file = join(folder, 'token');
    writeFileSync(file, TOKEN);
    for (const way of [
      ['--token', TOKEN],
      ['--token-file', file],
      ['--token', TOKEN, '--plain'],
    ]) {
      const right = await outcome(tidemark('connect', bare, '--count', '10', ...way));
      expect(right.code, right.stdout).toBe(0);
    }
    for (const [way, answer] of [
      [[], '4401'],
      [['--token', 'wrong'], '4401'],
      [['--plain'], '401'],
    ] as const) {
      const wrong = await outcome(tidemark('connect', bare, '--count', '10', ...way));
      expect(wrong.code).toBe(1);
      expect(wrong.stdout).toMatch(/^FAILED .*access token/m);
      expect(wrong.stdout).toContain(answer);
      expect(wrong.stdout).not.toContain('wrong');
    }
  });

  test('that can not be one is refused without being shown', async () => {
    for (const command of ['serve', 'connect']) {
      const { code, stderr, stdout } = await outcome(tidemark(command, '--token', 'two words'));
      expect(code).toBe(1);
      expect(stderr).toMatch(/^tidemark: --token must be 1 to 512 visible ASCII/);
      expect(stderr + stdout).not.toContain('two words');
    }
    const empty = join(temporaryFolder(), 'empty');
    writeFileSync(empty, '\n');
    expect((await outcome(tidemark('serve', '--token-file', empty))).code).toBe(1);
    expect((await outcome(tidemark('serve', '--token-file', `${empty}-not`))).stderr).toContain('ENOENT');
  });
});

describe('an address that is not loopback', () => {
  test.each(['0.0.0.0', '::', 'example.org'])('%s is refused without a token', async (host) => {
    const { code, stderr } = await outcome(tidemark('serve', '--port', '0', '--host', host));
    expect(code).toBe(1);
    expect(stderr).toBe(
      `tidemark: --host: to listen on ${host}, which is not loopback, needs an access token (--token-file, TIDEMARK_TOKEN or --token), or --allow-public`,
    );
    await expect(serve({ port: 0, host, encoders: 0 })).rejects.toThrow('needs an access token');
  });

  // An address that no machine has (RFC 5737): it comes as far as to try, and nobody is let in by a test.
  test.each([{ accessToken: TOKEN }, { allowPublic: true }])('is listened on with %j', async (options) => {
    const refused = serve({ port: 0, host: '192.0.2.1', encoders: 0, ...options });
    await expect(refused).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' });
  });

  test.each(['localhost', '127.0.0.2', '::1'])('%s is loopback', async (host) => {
    await serveOn(0, '--host', host);
  });
});

describe('pages', () => {
  test('of a foreign origin get 403 before the upgrade; those of the own host, of loopback and of the list get in', async () => {
    const port = await freePort();
    const server = await serveOn(
      port,
      '--allow-origin',
      'https://a.example',
      '--allow-origin',
      'https://b.example:8443',
    );
    const url = `ws://127.0.0.1:${port}/users?rate=100`;
    const from = (origin: string, host = `127.0.0.1:${port}`) => fate(url, ['tidemark.v1'], { origin, host });
    for (const origin of [
      'https://a.example',
      'https://b.example:8443',
      'http://localhost:5173',
      'http://[::1]:1',
    ])
      expect(await from(origin), origin).toBe('served, tidemark.v1');
    expect(await from(`http://feed.example:${port}`, `feed.example:${port}`)).toBe('served, tidemark.v1');
    for (const origin of [
      'https://evil.example',
      'https://b.example',
      'https://a.example.evil.example',
      'null',
    ])
      expect(await from(origin), origin).toBe('HTTP 403');
    const { text, advice } = await server.event('refuse', ({ code }) => code === 403);
    expect(text).toBe(
      'pages of the origin "https://evil.example" may not connect: it is none of the server\'s allowed origins',
    );
    expect(advice).toBe('allow_origins');
    const wrong = await outcome(tidemark('serve', '--port', '0', '--allow-origin', 'example.org/'));
    expect([wrong.code, wrong.stderr]).toEqual([
      1,
      expect.stringContaining('such as https://example.org:8443, got'),
    ]);
  });
});

test.each([{ maxClients: 0 }, { maxClients: 1.5 }, { maxClientsPerAddress: -1 }])(
  '%j is refused',
  async (options) => {
    await expect(serve({ port: 0, encoders: 0, ...options })).rejects.toThrow(/must be an integer from 1/);
  },
);
