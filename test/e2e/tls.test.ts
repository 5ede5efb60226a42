import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { freePort, outcome, PROGRAM, Process, serveOn, temporaryFolder } from './processes.ts';

/** A certificate for localhost that signs itself. */
function certificate(): { certPath: string; keyPath: string } {
  const folder = temporaryFolder();
  const [certPath, keyPath] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];
  execFileSync('openssl', ['req', '-x509', ...kind, ...subject, '-keyout', keyPath, '-out', certPath], {
    stdio: 'ignore',
  });
  return { certPath, keyPath };
}

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
    '--block',
    '1000',
    '--json',
  ];
  const trusting = new Process('env', [`NODE_EXTRA_CA_CERTS=${certPath}`, ...command]);
  expect(await trusting.event('end')).toMatchObject({ verdict: 'proved', messages: 100_000, resumes: 0 });
  expect((await outcome(trusting)).code).toBe(0);
  const doubting = new Process('env', command);
  expect(await doubting.event('disconnected')).toMatchObject({
    reason: expect.stringContaining('self-signed'),
  });
});
