import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { NatsServer } from '../../lab/kit/nats.mjs';
import { addressOf, natsCluster, natsServer } from './nats.ts';
import { outcome, type Process, PYTHON, pause, temporaryFolder, tidemark } from './processes.ts';

const STREAM = 'users?seed=7';
const READER = fileURLToPath(new URL('python/nats_reader.py', import.meta.url));

function publish(at: string, ...options: string[]): Process {
  return tidemark(
    'publish',
    STREAM,
    '--to',
    `${at}/feed.users`,
    '--create-stream',
    'FEED',
    '--json',
    ...options,
  );
}

/** What `tidemark verify` says of all that a foreign program reads from the subject. */
async function expectProved(server: NatsServer, count: number): Promise<void> {
  const read = spawnSync(PYTHON, [READER, String(server.port), 'FEED', 'feed.users'], {
    maxBuffer: 2 ** 28,
    timeout: 120_000,
  });
  expect(read.stderr.toString()).toBe('');
  const file = join(temporaryFolder(), 'read.txt');
  writeFileSync(file, read.stdout);
  const { code, stdout } = await outcome(tidemark('verify', STREAM, file, '--count', String(count)));
  expect(stdout).toContain(`PROVED ${count.toLocaleString('en-US')} of`);
  expect(code).toBe(0);
}

async function expectAcknowledged(publisher: Process): Promise<void> {
  const { code, stderr } = await outcome(publisher);
  expect(publisher.events.at(-1), stderr).toMatchObject({
    event: 'end',
    verdict: 'acknowledged',
    error: null,
  });
  expect(code).toBe(0);
}

describe('what is published to NATS', () => {
  test('is there once, however often the publisher is killed with -9', async () => {
    const server = await natsServer();
    const count = 30_000;
    const options = ['--count', String(count), '--rate', '3000'];
    for (let kill = 0; kill < 10; kill++) {
      const publisher = publish(server.url, ...options);
      await publisher.event('opened');
      await pause(Math.random() * 500);
      await publisher.killNow();
    }
    await expectAcknowledged(publish(server.url, ...options, '--rate', 'max'));
    await expectProved(server, count);
  });

  test('is there once when the server is killed with -9 and started again, or halted for seconds', async () => {
    const server = await natsServer();
    const count = 12_000;
    const publisher = publish(server.url, '--count', String(count), '--rate', '1k');
    for (let kill = 0; kill < 3; kill++) {
      await publisher.event('progress', ({ next }) => Number(next) > kill * 1500);
      await server.kill();
      await publisher.event('interrupted');
      await server.restart();
    }
    await publisher.event('progress', ({ next }) => Number(next) > 5000);
    server.halt();
    await pause(8000); // longer than a publisher waits for an acknowledgement
    server.goOn();
    await expectAcknowledged(publisher);
    await expectProved(server, count);
  });

  test('is there once when nodes of a cluster are killed and halted', async () => {
    const servers = await natsCluster();
    const count = 15_000;
    const options = ['--count', String(count), '--rate', '500', '--replicas', '3'];
    const publisher = publish(addressOf(servers), ...options);
    for (const [index, server] of servers.entries()) {
      await publisher.event('progress', ({ next }) => Number(next) > 500 + index * 2500);
      await server.kill();
      await pause(1000);
      await server.restart();
    }
    await publisher.event('progress', ({ next }) => Number(next) > 8000);
    for (const server of servers) {
      server.halt();
      await pause(3000);
      server.goOn();
      await pause(3000);
    }
    await expectAcknowledged(publisher);
    await expectProved(servers[0] as NatsServer, count);
  });

  test('goes one by one where others write to the JetStream stream, and is there once', async () => {
    const server = await natsServer();
    const made = publish(server.url, '--count', '1');
    await expectAcknowledged(made);
    const { connect } = await import('@nats-io/transport-node');
    const { jetstreamManager, jetstream } = await import('@nats-io/jetstream');
    const connection = await connect({ servers: server.url });
    try {
      const manager = await jetstreamManager(connection);
      await manager.streams.update('FEED', { subjects: ['feed.users', 'feed.others'] });
      const publisher = publish(server.url, '--count', '3000', '--rate', '1k');
      const ended = publisher.exited.then(() => true);
      const client = jetstream(connection);
      let others = 0;
      while (!(await Promise.race([ended, pause(1)]))) {
        await client.publish('feed.others', 'x');
        others++;
      }
      await expectAcknowledged(publisher);
      expect(others).toBeGreaterThan(10);
    } finally {
      await connection.close();
    }
    await expectProved(server, 3000);
  });

  test('has one publisher: a second is told, and stops', async () => {
    const server = await natsServer();
    const first = publish(server.url, '--rate', '100');
    await first.event('opened');
    const second = publish(server.url, '--rate', '100');
    const { code } = await outcome(second);
    expect(second.events.at(-1)).toMatchObject({
      verdict: 'failed',
      error: expect.stringContaining('another publisher is at work on feed.users') as string,
      sent: 0,
    });
    expect(code).toBe(1);
    first.kill('SIGINT');
    expect((await outcome(first)).code).toBe(130);
    const other = tidemark('publish', 'users?seed=8', '--to', `${server.url}/feed.users`);
    expect((await outcome(other)).stdout).toContain('has the stream users?seed=7, and not users?seed=8');
  });

  test('needs a JetStream stream, and says so; and JetStream, and says so', async () => {
    const server = await natsServer();
    const { code, stdout } = await outcome(tidemark('publish', STREAM, '--to', `${server.url}/feed.users`));
    expect(stdout).toContain(
      `no JetStream stream on 127.0.0.1:${server.port} takes the subject feed.users: make one, or have one made (--create-stream NAME)`,
    );
    expect(code).toBe(1);
    const without = await natsServer({ jetstream: false });
    const told = await outcome(publish(without.url, '--give-up', '1s'));
    expect(told.stderr).toContain('NATS answers without JetStream');
    expect(told.code).toBe(1);
  });
});
