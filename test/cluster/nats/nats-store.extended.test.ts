import { describe, expect, onTestFinished, test } from 'vitest';
import { parseNatsAddress } from '../../../src/carriage/nats/nats-address.ts';
import { openNats } from '../../../src/carriage/nats/open-nats.ts';
import { MemberBus } from '../../../src/cluster/nats/member-bus.ts';
import { NatsReach } from '../../../src/cluster/nats/nats-reach.ts';
import { NatsStore } from '../../../src/cluster/nats/nats-store.ts';
import { addressOf, natsCluster, natsServer } from '../../e2e/nats.ts';
import { storeSuite } from '../store/store-suite.ts';

const BUCKET = 'tidemark';

async function open(address: string) {
  const target = { address: parseNatsAddress(address, 'nats'), access: {}, name: 'test' };
  const nats = await openNats(target, { reconnect: true });
  onTestFinished(() => nats.connection.close());
  const reach = new NatsReach(nats.connection);
  return { nats, reach, store: await NatsStore.open(nats, BUCKET, reach) };
}

/** Lets the connection find out that it is broken, or back. */
const turn = () => new Promise((resolve) => setTimeout(resolve, 10));

const settled = <R>(answer: Promise<R>): Promise<R> => answer;

describe('a bucket of one server', () => {
  storeSuite(async () => ({ store: (await open((await natsServer()).url)).store, settled }));
});

describe('a bucket of a cluster of three', () => {
  storeSuite(async () => ({ store: (await open(addressOf(await natsCluster()))).store, settled }));

  test('outlives the kill of any of its servers, with all that was written', async () => {
    const servers = await natsCluster();
    const { store } = await open(addressOf(servers));
    let revision = 0;
    let writes = 0;
    for (const server of servers) {
      await server.kill();
      let written: Awaited<ReturnType<typeof store.update>> = 'unanswered';
      while (typeof written !== 'number') {
        written = await store.update('name.k', `${writes}`, revision);
        if (written === 'unanswered') await turn();
        if (written !== 'conflict') continue;
        const entry = await store.get('name.k'); // an earlier one was made after all
        if (entry !== 'unanswered') revision = entry.revision;
      }
      revision = written;
      writes++;
      await server.restart();
    }
    let entry = await store.get('name.k');
    while (entry === 'unanswered') {
      await turn();
      entry = await store.get('name.k');
    }
    expect(entry.value).toBe(`${writes - 1}`);
  });
});

test('a server that is halted is no answer, and one again when it goes on', async () => {
  const server = await natsServer();
  const { store } = await open(server.url);
  server.halt();
  await expect.poll(() => store.get('name.h')).toBe('unanswered');
  server.goOn();
  await expect.poll(() => store.get('name.h')).toEqual({ revision: 0, value: undefined });
});

test('members ask each other, one or all; who is not there gives no answer', async () => {
  const { url } = await natsServer();
  const buses = await Promise.all(
    ['a', 'b', 'c'].map(async (member) => {
      const { nats, reach } = await open(url);
      const bus = new MemberBus(nats, 'tidemark', reach);
      bus.answerAs(member, async (text) => (text === 'silence' ? undefined : `${member} heard ${text}`));
      await nats.connection.flush();
      return bus;
    }),
  );
  const [first] = buses;
  expect(await first?.request('b', 'hello', 5000)).toBe('b heard hello');
  expect(await first?.request('b', 'silence', 300)).toBeUndefined();
  expect(await first?.request('nobody', 'hello', 5000)).toBeUndefined();
  const answers: string[] = [];
  await first?.requestAll('all', 60_000, (text) => answers.push(text) < 3);
  expect(answers.sort()).toEqual(['a heard all', 'b heard all', 'c heard all']);
});
