import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import { connect as connectTls, createServer } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import { serve } from '../../src/server/serve.ts';
import { certificate } from './certificate.ts';
import { freePort, outcome, PROGRAM, Process, serveOn, tidemark } from './processes.ts';

/** Ends TLS in front of a server, as a gateway does. */
async function tlsInFrontOf(port: number, certPath: string, keyPath: string): Promise<number> {
  const options = { cert: readFileSync(certPath), key: readFileSync(keyPath) };
  const gateway = createServer(options, (socket) => {
    const inner = connectTcp(port, '127.0.0.1');
    socket.pipe(inner).pipe(socket);
    socket.on('error', () => inner.destroy());
    inner.on('error', () => socket.destroy());
  });
  gateway.on('tlsClientError', () => {});
  gateway.listen(0, '127.0.0.1');
  await once(gateway, 'listening');
  onTestFinished(() => {
    gateway.close();
  });
  return (gateway.address() as AddressInfo).port;
}

/** The end of a client that can't trust a server's certificate: another attempt would not mend it. */
const UNTRUSTED = {
  event: 'end',
  verdict: 'failed',
  error: expect.stringMatching(/^the server's certificate is not trusted: self-signed/),
};

test('over TLS a run is proved, and a certificate that nobody vouches for is not accepted', async () => {
  const { certPath, keyPath } = certificate();
  const port = await freePort();
  await serveOn(port);
  const secure = await tlsInFrontOf(port, certPath, keyPath);
  const url = `wss://localhost:${secure}/users?rate=max`;
  const command = [
    process.execPath,
    PROGRAM,
    'connect',
    url,
    '--count',
    '100000',
    '--block-size',
    '1000',
    '--json',
  ];
  const trusting = new Process('env', [`NODE_EXTRA_CA_CERTS=${certPath}`, ...command]);
  expect(await trusting.event('end')).toMatchObject({ verdict: 'proved', messages: 100_000, resumes: 0 });
  expect((await outcome(trusting)).code).toBe(0);
  const doubting = new Process('env', command);
  expect((await outcome(doubting)).code).toBe(1);
  expect(doubting.events.at(-1)).toMatchObject(UNTRUSTED);
});

/** The fingerprint of the certificate that a new connection is shown. */
async function shownFingerprint(port: number): Promise<string> {
  const socket = connectTls({ port, host: 'localhost', rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}

const fingerprintOf = (certPath: string) => new X509Certificate(readFileSync(certPath)).fingerprint256;

describe('a server with a certificate of its own', () => {
  test('is trusted by --ca, or by nobody; a run is proved', async () => {
    const { certPath, keyPath } = certificate();
    const port = await freePort();
    const server = await serveOn(port, '--host', 'localhost', '--tls-cert', certPath, '--tls-key', keyPath);
    const { url: listening } = await server.event('listening');
    expect(listening).toMatch(new RegExp(`^wss://.*:${port}$`));
    const url = `wss://localhost:${port}/users?rate=max`;
    const shape = ['--count', '100000', '--block-size', '1000', '--json'];
    const trusting = tidemark('connect', url, ...shape, '--ca', certPath);
    expect((await outcome(trusting)).code).toBe(0);
    expect(trusting.events.at(-1)).toMatchObject({ verdict: 'proved', messages: 100_000, resumes: 0 });
    const doubting = tidemark('connect', url, ...shape, '--ca', certificate().certPath);
    expect((await outcome(doubting)).code).toBe(1);
    expect(doubting.events.at(-1)).toMatchObject(UNTRUSTED);
    const unencrypted = tidemark('connect', url.replace('wss', 'ws'), ...shape);
    expect((await outcome(unencrypted)).code).toBe(1);
    expect(unencrypted.events.at(-1)).toMatchObject({
      error: expect.stringContaining('the server speaks TLS'),
    });
    for (const [options, told] of [
      [['serve', '--tls-cert', '/nowhere', '--tls-key', keyPath], '--tls-cert /nowhere'],
      [['serve', '--token-file', '/'], '--token-file /'],
      [['connect', url, '--ca', '/'], '--ca /'],
    ] as const) {
      const { code, stderr } = await outcome(tidemark(...options));
      expect(stderr).toMatch(new RegExp(`^tidemark: ${told} can't be read: .*\\(E[A-Z]+\\)`));
      expect(code).toBe(1);
    }
    expect((await outcome(tidemark('connect', url, '--ca', keyPath))).stderr).toMatch(
      /^tidemark: --ca \S+ must be certificates in PEM/,
    );
    expect(server.running).toBe(true);
  });

  test('reads it again on SIGHUP; a pair that can not be used is told, and the old one stays', async () => {
    const [old, fresh] = [certificate(), certificate()];
    const { certPath, keyPath } = certificate();
    const use = (pair: { certPath: string; keyPath: string }) => {
      copyFileSync(pair.certPath, certPath);
      copyFileSync(pair.keyPath, keyPath);
    };
    use(old);
    const port = await freePort();
    const server = await serveOn(port, '--host', 'localhost', '--tls-cert', certPath, '--tls-key', keyPath);
    expect(await shownFingerprint(port)).toBe(fingerprintOf(old.certPath));
    const url = `wss://localhost:${port}/users?rate=200`;
    const run = tidemark('connect', url, '--count', '600', '--block-size', '100', '--json', '--ca', certPath);
    await run.event('block');

    let hangUps = 0;
    const hangUp = async (line: RegExp) => {
      server.kill('SIGHUP');
      const told = await server.lines(++hangUps, /the old pair stays$|were read again$/);
      expect(told.at(-1)).toMatch(line);
    };
    const STAYS = /the old pair stays$/;
    for (const [text, fault] of [
      ['no certificate', 'it holds no certificate in PEM'],
      ['', 'it is empty'],
      [readFileSync(old.certPath, 'utf8').slice(0, 200), 'it breaks off in the middle'],
    ] as const) {
      writeFileSync(certPath, text);
      await hangUp(
        new RegExp(`^the TLS certificate can't be used: ${fault} \\(--tls-cert .*\\); the old pair stays$`),
      );
    }
    expect(await shownFingerprint(port)).toBe(fingerprintOf(old.certPath));
    copyFileSync(fresh.certPath, certPath); // and the key of another
    await hangUp(STAYS);
    expect(await shownFingerprint(port)).toBe(fingerprintOf(old.certPath));
    rmSync(keyPath);
    await hangUp(/^--tls-key \S+ can't be read: [^(]*\(ENOENT\); the old pair stays$/);
    expect(await shownFingerprint(port)).toBe(fingerprintOf(old.certPath));
    use(fresh);
    await hangUp(/^the TLS certificate and key were read again$/);
    expect(await shownFingerprint(port)).toBe(fingerprintOf(fresh.certPath));

    expect((await outcome(run)).code).toBe(0); // and nothing of this broke a connection
    expect(run.events.at(-1)).toMatchObject({ verdict: 'proved', resumes: 0 });
  });

  test('is not served with half a pair, or with one that can not be used', async () => {
    const { certPath, keyPath } = certificate();
    const half = await outcome(tidemark('serve', '--port', '0', '--tls-cert', certPath));
    expect([half.code, half.stderr]).toEqual([1, expect.stringContaining('go together')]);
    const foreign = ['--tls-cert', certPath, '--tls-key', certificate().keyPath];
    const wrong = await outcome(tidemark('serve', '--port', '0', ...foreign));
    expect([wrong.code, wrong.stderr]).toEqual([
      1,
      expect.stringMatching(/^tidemark: the TLS certificate and key/),
    ]);
    const server = await serve({ port: 0, encoders: 0 });
    onTestFinished(() => server.close());
    const pair = { cert: readFileSync(certPath, 'utf8'), key: readFileSync(keyPath, 'utf8') };
    expect(() => server.setTls(pair)).toThrow('a server that began without TLS goes on without');
  });
});
