import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { NatsServer } from '../../lab/kit/nats.mjs';
import { readLog } from './logs.ts';
import { addressOf, natsCluster, natsServer } from './nats.ts';
import { outcome, type Process, pause, temporaryFolder, tidemark } from './processes.ts';

const STREAM = 'users?seed=7';

/** Publishes so many messages to `feed.users`. */
function publish(at: string, count: number, ...options: string[]): Process {
  const place = ['--to', `${at}/feed.users`, '--create-stream', 'FEED'];
  return tidemark('publish', STREAM, ...place, '--count', String(count), '--json', ...options);
}

async function published(at: string, count: number): Promise<void> {
  const publisher = publish(at, count, '--rate', 'max');
  const { code, stderr } = await outcome(publisher);
  expect(code, stderr).toBe(0);
}

async function expectProved(client: Process, count: number): Promise<void> {
  const { code, stderr } = await outcome(client);
  expect(client.events.at(-1), stderr).toMatchObject({
    ...{ event: 'end', verdict: 'proved', messages: count, expected: count },
    ...{ lost: 0, repeated: 0, reordered: 0, corrupt: 0, foreign: 0 },
  });
  expect(code).toBe(0);
}

/** JetStream, as another client of it sees it. */
async function foreignClient(server: NatsServer) {
  const { connect } = await import('@nats-io/transport-node');
  const { jetstreamManager, jetstream } = await import('@nats-io/jetstream');
  const connection = await connect({ servers: server.url });
  onTestFinished(() => connection.close());
  return { connection, manager: await jetstreamManager(connection), client: jetstream(connection) };
}

describe('a client of NATS', () => {
  test('proves what comes, publishes its receipts, and leaves no consumer behind', async () => {
    const server = await natsServer();
    await published(server.url, 1000);
    const { connection, manager } = await foreignClient(server);
    const receipts: string[] = [];
    connection.subscribe('tidemark.receipts', {
      callback: (_, message) => void receipts.push(message.string()),
    });
    await connection.flush();
    const client = tidemark(
      'connect',
      `${server.url}/feed.users`,
      '-n',
      '1000',
      '--block-size',
      '100',
      '--client',
      'ann',
      '--json',
    );
    await expectProved(client, 1000);
    expect(client.events.find(({ event }) => event === 'connected')).toMatchObject({
      stream: STREAM,
      from: 0,
    });
    await connection.flush();
    expect(receipts).toHaveLength(10);
    expect(receipts[0]).toMatch(/^Client ann received 1 block in /);
    expect((await manager.streams.info('FEED')).state.consumer_count).toBe(0);
  });

  test('goes on from its log after any number of kills with -9, and takes every message once', async () => {
    const server = await natsServer();
    const count = 6000;
    const publisher = publish(server.url, count, '--rate', '600');
    await publisher.event('opened');
    const log = join(temporaryFolder(), 'run.ndjson');
    const options = ['--log', log, '--json', '--block-size', '7'];
    let client = tidemark('connect', `${server.url}/feed.users`, '-n', String(count), ...options);
    for (let kill = 0; kill < 6; kill++) {
      await client.event('block');
      await pause(Math.random() * 500);
      await client.killNow();
      client = tidemark('connect', '--log', log, '--resume', '--json');
    }
    await expectProved(client, count);
    expect(readLog(log).seqs).toEqual(Array.from({ length: count }, (_, seq) => seq));
  });

  test('comes back when NATS is killed with -9 or halted, and when the publisher is', async () => {
    const server = await natsServer();
    const count = 8000;
    const options = ['--rate', '800'];
    let publisher = publish(server.url, count, ...options);
    await publisher.event('opened');
    const client = tidemark(
      'connect',
      `${server.url}/feed.users`,
      '-n',
      String(count),
      '--block-size',
      '50',
      '--json',
    );
    const block = (at: number) => client.event('block', ({ to }) => Number(to) > at);
    await block(800);
    await publisher.killNow();
    publisher = publish(server.url, count, ...options);
    await block(2000);
    await server.kill();
    await client.event('disconnected');
    await server.restart();
    await block(4000);
    server.halt();
    await pause(8000);
    server.goOn();
    await expectProved(client, count);
    expect((await outcome(publisher)).code).toBe(0);
  });

  test('follows a cluster whose nodes are killed and halted', async () => {
    const servers = await natsCluster();
    const at = addressOf(servers);
    const count = 12_000;
    const publisher = publish(at, count, '--rate', '500', '--replicas', '3');
    await publisher.event('opened');
    const client = tidemark(
      'connect',
      `${at}/feed.users`,
      '-n',
      String(count),
      '--block-size',
      '50',
      '--json',
    );
    const block = (seq: number) => client.event('block', ({ to }) => Number(to) > seq);
    for (const [index, server] of servers.entries()) {
      await block(500 + index * 2000);
      await server.kill();
      await pause(1000);
      await server.restart();
    }
    await block(6500);
    for (const server of servers) {
      server.halt();
      await pause(3000);
      server.goOn();
      await pause(2000);
    }
    await expectProved(client, count);
    expect((await outcome(publisher)).code).toBe(0);
  });

  test('finds what NATS has lost, and what others have put there', async () => {
    const server = await natsServer();
    await published(server.url, 100);
    const { manager, client } = await foreignClient(server);
    await manager.streams.deleteMessage('FEED', 31);
    const lost = tidemark('connect', `${server.url}/feed.users`, '-n', '100', '--json', '--stream', STREAM);
    expect((await outcome(lost)).code).toBe(2);
    expect(lost.events.at(-1)).toMatchObject({ verdict: 'failed', lost: 1, repeated: 0 });
    const again = (await manager.streams.getMessage('FEED', { seq: 50 }))?.data ?? new Uint8Array();
    await client.publish('feed.users', again);
    const repeated = tidemark(
      'connect',
      `${server.url}/feed.users`,
      '--idle-timeout',
      '1s',
      '--json',
      '--stream',
      STREAM,
    );
    expect((await outcome(repeated)).code).toBe(2);
    expect(repeated.events.at(-1)).toMatchObject({ lost: 1, repeated: 1 });
  });

  test('does not go on where JetStream has less than was read', async () => {
    const server = await natsServer();
    await published(server.url, 100);
    const log = join(temporaryFolder(), 'run.ndjson');
    const options = ['--log', log, '-n', '200', '--idle-timeout', '1s'];
    await outcome(tidemark('connect', `${server.url}/feed.users`, ...options));
    expect(readFileSync(log, 'utf8')).toContain('"last_event_id":"100"');
    const { manager } = await foreignClient(server);
    await manager.streams.delete('FEED');
    await published(server.url, 20);
    const { code, stdout } = await outcome(tidemark('connect', '--log', log, '--resume', '-n', '200'));
    expect(stdout).toContain(
      'the JetStream stream FEED ends at its message 20, and this run has read up to 100',
    );
    expect(code).toBe(2);
  });

  test('is told what it can not read', async () => {
    const server = await natsServer();
    const { manager } = await foreignClient(server);
    const { RetentionPolicy } = await import('@nats-io/jetstream');
    await manager.streams.add({ name: 'WORK', subjects: ['work'], retention: RetentionPolicy.Workqueue });
    const work = await outcome(tidemark('connect', `${server.url}/work`));
    expect(work.stdout).toContain(
      'the JetStream stream WORK has retention workqueue, where who reads removes',
    );
    await manager.streams.add({ name: 'EMPTY', subjects: ['empty'] });
    const empty = await outcome(tidemark('connect', `${server.url}/empty`, '--give-up', '1s'));
    expect(empty.stdout).toContain('empty has no message yet that says of which stream it is');
    const none = await outcome(tidemark('connect', `${server.url}/none`));
    expect(none.stdout).toMatch(/takes the subject none \(/);
    expect([work.code, empty.code, none.code]).toEqual([1, 1, 1]);
  });

  test('needs no more than the subjects that are documented', async () => {
    const api = ['NAMES', 'INFO.*', 'MSG.GET.*', 'CREATE.*'].map((name) => `$JS.API.STREAM.${name}`);
    const writes = ['feed.users', 'tidemark.publisher.*', ...api];
    const reads = [...api.slice(0, 3), '$JS.API.CONSUMER.>', '$JS.ACK.>', 'tidemark.receipts'];
    const user = (name: string, publishes: string[], subscribes: string[]) =>
      `{ user: ${name}, password: pw, permissions: ${JSON.stringify({ publish: publishes, subscribe: subscribes })} }`;
    const users = [
      user('writer', writes, ['_INBOX.>', 'tidemark.publisher.*']),
      user('reader', reads, ['_INBOX.>']),
    ];
    const server = await natsServer({ config: `authorization { users: [${users.join(', ')}] }` });
    await published(server.url.replace('//', '//writer:pw@'), 50);
    const at = server.url.replace('//', '//reader:pw@');
    await expectProved(tidemark('connect', `${at}/feed.users`, '-n', '50', '--json'), 50);
    const denied = await outcome(
      tidemark('publish', STREAM, '--to', `${at}/feed.users`, '-n', '60', '--give-up', '1s'),
    );
    expect(denied.stdout).toMatch(/permissions violation/i);
    expect(denied.code).toBe(1);
  });

  test('keeps user and password to itself', async () => {
    const server = await natsServer({ config: 'authorization { user: ann, password: "s3cret-word" }' });
    const at = server.url.replace('//', '//ann:s3cret-word@');
    await published(at, 10);
    const log = join(temporaryFolder(), 'run.ndjson');
    const good = await outcome(tidemark('connect', `${at}/feed.users`, '-n', '10', '--log', log));
    expect(good.code).toBe(0);
    const bad = await outcome(tidemark('connect', `${at.replace('s3cret', 's3cret-wrong')}/feed.users`));
    expect(bad.stdout).toContain('lets this user not in');
    expect(bad.code).toBe(1);
    for (const { stdout, stderr } of [good, bad]) expect(stdout + stderr).not.toContain('s3cret');
    expect(readFileSync(log, 'utf8')).not.toContain('s3cret');
  });
});
