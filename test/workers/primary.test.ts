import { describe, expect, onTestFinished, test } from 'vitest';
import { connect } from '../../src/client/connect.ts';
import { UsageError } from '../../src/wording/usage-error.ts';
import { Primary } from '../../src/workers/primary.ts';
import { crew, TestProcesses } from './crew.ts';

const ADMIN = { Authorization: 'Bearer admin-token' };

describe('a server with two workers', () => {
  test('deals its clients to both, and lists them as one roster', async () => {
    const { dial, listing, of, primary } = await crew();
    for (const name of ['a', 'b', 'c', 'd']) await dial(`/users?client=${name}&rate=1`);
    const { total, clients, missing } = await listing();
    expect([total, missing, clients.map(({ name }) => name)]).toEqual([4, [], ['a', 'b', 'c', 'd']]);
    expect(clients.filter(({ worker }) => worker === 1)).toHaveLength(2);
    expect(of('join').map(({ clients }) => clients)).toEqual([1, 2, 3, 4]);
    expect(primary.clients).toBe(4);
  });

  test('gives a name to one client, whichever worker it comes to', async () => {
    const { dial, get, of } = await crew();
    const holder = await dial('/users?client=alice&token=first-token&rate=1');
    for (let i = 0; i < 2; i++) {
      expect((await get('/users?client=alice&token=other-token')).status).toBe(409);
    }
    const heir = await dial('/users?client=alice&token=first-token&rate=1');
    expect(heir.welcome).toMatchObject({ client: 'alice' });
    expect(await holder.closed).toBe(4410);
    await expect.poll(() => of('leave')).toMatchObject([{ client: 'alice', reason: 'superseded' }]);
  });

  test('makes up names that differ, though a client has taken one of those', async () => {
    const { dial } = await crew();
    await dial('/users?client=client-1&rate=1');
    const names = [(await dial('/users')).welcome.client, (await dial('/users')).welcome.client];
    expect(new Set(['client-1', ...names]).size).toBe(3);
  });

  test('has one count of places, of the echo too', async () => {
    const { dial, get } = await crew({ maxClients: 2 });
    await dial('/users?rate=1');
    const second = await dial('/users?rate=1');
    expect((await get('/users')).status).toBe(503);
    expect(await (await dial('/echo')).closed).toBe(1013);
    second.socket.close();
    await second.closed;
    await expect.poll(async () => (await get('/users?count=1')).status).toBe(200);
  });

  test('asks a client of any worker to leave', async () => {
    const { dial, get } = await crew();
    const client = await dial('/users?client=alice&rate=1');
    expect((await get('/clients/alice', { method: 'DELETE', headers: ADMIN })).status).toBe(204);
    expect(await client.closed).toBe(4403);
    expect((await get('/clients/alice', { method: 'DELETE', headers: ADMIN })).status).toBe(404);
  });

  test('takes in nothing while its input is held, by a worker that is replaced neither', async () => {
    const { primary, processes, dial, of } = await crew();
    primary.holdInput(true);
    processes.all[0]?.kill();
    await expect.poll(() => of('worker').filter(({ state }) => state === 'started')).toHaveLength(3);
    const two = [await dial('/users?client=a'), await dial('/users?client=b')];
    for (const { socket } of two) socket.send('hello');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(of('message')).toEqual([]);
    primary.holdInput(false);
    await expect.poll(() => of('message')).toHaveLength(2);
  });

  test('closes all clients with 1012, and tells that it has stopped once, at last', async () => {
    const { primary, dial, events } = await crew();
    const clients = [await dial('/users?rate=1'), await dial('/users?rate=1')];
    await primary.close();
    expect(await Promise.all(clients.map(({ closed }) => closed))).toEqual([1012, 1012]);
    expect(events.filter(({ event }) => event === 'stopped')).toHaveLength(1);
    expect(events.at(-1)).toEqual({ event: 'stopped' });
    expect(primary.clients).toBe(0);
  });

  test('proves runs over both carriages, whose posts come to any worker', async () => {
    const { primary, of } = await crew({ heartbeatMs: 500 });
    const urls = [primary.url, primary.url.replace('ws', 'http')];
    const runs = [...urls, ...urls, ...urls].map((url, index) =>
      connect(`${url}/users?seed=7&rate=max&count=400`, { client: `c${index}`, block: 50 }).start(),
    );
    const ends = await Promise.all(runs.map((run) => run.closed));
    expect(ends.map(({ verdict }) => verdict)).toEqual(Array(6).fill('proved'));
    expect(of('receipt')).toHaveLength(6 * 8);
    for (let client = 0; client < 6; client++) {
      const blocks = of('receipt').filter((receipt) => receipt.client === `c${client}`);
      expect(blocks.map(({ block }) => block)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    }
  });
});

describe('a worker that dies', () => {
  /** A client on each of two workers, and the death of the first worker. */
  async function death() {
    const all = await crew();
    const one = await all.dial('/users?client=one&token=its-own-token&rate=1');
    const other = await all.dial('/users?client=other&rate=1');
    const { clients } = await all.listing();
    const doomed = clients.find(({ name }) => name === 'one')?.worker ?? 0;
    all.processes.all[doomed - 1]?.kill();
    await one.closed;
    await expect.poll(() => all.of('worker').filter(({ state }) => state === 'started')).toHaveLength(3);
    return { ...all, other, doomed };
  }

  test('is told and replaced, and each of its clients leaves', async () => {
    const { of, events, doomed, listing } = await death();
    expect(of('worker').at(2)).toEqual({
      ...{ event: 'worker', state: 'lost', worker: doomed, pid: doomed, clients: 1 },
      text: 'it was killed by SIGKILL',
    });
    expect(of('leave')).toEqual([
      { event: 'leave', client: 'one', reason: 'lost', blocks: 0, messages: 0, clients: 1 },
    ]);
    expect(events.at(-1)).toMatchObject({ event: 'worker', state: 'started', worker: doomed });
    expect((await listing()).clients.map(({ name }) => name)).toEqual(['other']);
  });

  test('gives its names and places back at once', async () => {
    const { dial, get } = await death();
    expect((await get('/users?client=one&token=another-token&count=1')).status).toBe(200);
    expect((await dial('/users?client=one&token=another-token&rate=1')).welcome.client).toBe('one');
  });

  test('takes nothing off the totals', async () => {
    const { primary, processes, get, of } = await crew();
    const totals = async () => {
      const text = await (await get('/metrics')).text();
      return [
        'tidemark_receipts_total{verdict="verified"}',
        'tidemark_messages_sent_total{kind="users"}',
      ].map((name) => Number(text.split(`\n${name} `)[1]?.split('\n')[0]));
    };
    const runs = ['a', 'b', 'c', 'd'].map((client) =>
      connect(`${primary.url}/users?rate=max&count=100`, { client, block: 10 }).start(),
    );
    await Promise.all(runs.map((run) => run.closed));
    expect(await totals()).toEqual([40, 400]);
    for (const worker of processes.all.slice(0, 2)) worker.kill();
    await expect.poll(() => of('worker').filter(({ state }) => state === 'started')).toHaveLength(4);
    expect(await totals()).toEqual([40, 400]);
  });

  test('again and again is given up, and the server stops', async () => {
    const { processes, of, events } = await crew();
    processes.stillborn = true;
    processes.all[0]?.kill();
    await expect.poll(() => events.at(-1), { timeout: 5000 }).toEqual({ event: 'stopped' });
    expect(of('worker').filter(({ state }) => state === 'given up')).toMatchObject([{ worker: 1 }]);
  });
});

describe('options', () => {
  test('that a worker would refuse are refused before any is started', () => {
    const processes = new TestProcesses();
    for (const options of [{ maxClients: 0 }, { accessToken: '' }, { allowOrigins: ['example.org'] }]) {
      expect(() => new Primary(options, 2, processes)).toThrow(UsageError);
    }
    expect(processes.all).toEqual([]);
  });

  test('of chaos, which numbers the connections of a process, are refused', () => {
    expect(() => new Primary({ chaos: 'cut=5s' }, 2, new TestProcesses())).toThrow(
      /goes with workers 1 alone/,
    );
  });

  test('of encoders are shared out', async () => {
    const { processes } = await crew({ encoders: 5 }, 3);
    const tasks = processes.all.map(({ task }) => task());
    expect(tasks.map((task) => task?.type === 'start' && task.task.options.encoders)).toEqual([2, 2, 1]);
  });

  test('are not what a start fails for when a port is taken', async () => {
    const { primary } = await crew();
    const second = new Primary({ port: primary.port }, 2, new TestProcesses());
    onTestFinished(() => second.close());
    await expect(second.listen()).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
