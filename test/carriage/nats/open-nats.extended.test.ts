import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { checkNatsAccess, type NatsAccess } from '../../../src/carriage/nats/nats-access.ts';
import { parseNatsAddress } from '../../../src/carriage/nats/nats-address.ts';
import { type OpenNats, openNats } from '../../../src/carriage/nats/open-nats.ts';
import { certificate } from '../../e2e/certificate.ts';
import { addressOf, natsCluster, natsServer } from '../../e2e/nats.ts';
import { freePort } from '../../e2e/processes.ts';

async function open(address: string, access: NatsAccess = {}): Promise<OpenNats> {
  checkNatsAccess(access);
  const target = { address: parseNatsAddress(address, 'url'), access, name: 'a test' };
  const nats = await openNats(target, { reconnect: false });
  onTestFinished(() => nats.connection.close());
  return nats;
}

describe('a connection to NATS', () => {
  test('is opened, and JetStream answers', async () => {
    const server = await natsServer();
    const { connection, jetstream } = await open(server.url);
    const manager = await jetstream.jetstreamManager(connection);
    expect(await manager.getAccountInfo()).toMatchObject({ streams: 0 });
  });

  test('goes to whichever of several servers is there', async () => {
    const servers = await natsCluster();
    await servers[0]?.kill();
    await servers[1]?.kill();
    const { server } = await open(addressOf(servers));
    expect(server).toBe(`127.0.0.1:${servers[2]?.port}`);
  });

  test('is let in with user and password, a token, or an nkey, and with nothing else', async () => {
    const named = await natsServer({ config: 'authorization { user: ann, password: "se cret" }' });
    const at = (user: string) => named.url.replace('//', `//${user}@`);
    expect((await open(at('ann:se%20cret'))).server).toContain('127.0.0.1');
    await expect(open(at('ann:wrong'))).rejects.toThrow(
      `NATS at 127.0.0.1:${named.port} lets this user not in (Authorization Violation): give the right credentials`,
    );
    const tokened = await natsServer({ config: 'authorization { token: "t0ken" }' });
    expect((await open(tokened.url, { token: 't0ken' })).server).toContain('127.0.0.1');
    await expect(open(tokened.url, { token: 'wr0ng' })).rejects.toThrow(
      /^(?!.*wr0ng).*lets this user not in/,
    );
    const { createUser } = (await import('@nats-io/transport-node')).nkeys;
    const user = createUser();
    const keyed = await natsServer({ config: `authorization { users: [{ nkey: ${user.getPublicKey()} }] }` });
    const nkeySeed = new TextDecoder().decode(user.getSeed());
    expect((await open(keyed.url, { nkeySeed })).server).toContain('127.0.0.1');
  });

  test('is encrypted where the server or the user wants it, and only to whom the user trusts', async () => {
    const { certPath, keyPath } = certificate();
    const { port } = await natsServer({ config: `tls { cert_file: "${certPath}", key_file: "${keyPath}" }` });
    const ca = readFileSync(certPath, 'utf8');
    const { connection } = await open(`tls://localhost:${port}`, { ca });
    expect(connection.info).toMatchObject({ tls_required: true });
    await expect(open(`nats://localhost:${port}`)).rejects.toThrow(
      `the TLS certificate at localhost:${port} is not trusted: self-signed certificate`,
    );
    const plain = await natsServer();
    await expect(open(plain.url.replace('nats', 'tls'))).rejects.toThrow('and TLS: ');
  });

  test('that nothing listens for, or not NATS, is a sentence', async () => {
    const port = await freePort();
    await expect(open(`nats://127.0.0.1:${port}`)).rejects.toThrow(
      `no NATS server listens at 127.0.0.1:${port}`,
    );
    const other = createServer((socket) =>
      socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n\r\n'),
    );
    await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
    onTestFinished(() => void other.close());
    await expect(open(`nats://127.0.0.1:${port}`)).rejects.toThrow(
      `what listens at 127.0.0.1:${port} does not greet as NATS does`,
    );
  });
});
