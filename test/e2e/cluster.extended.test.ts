import { expect, test } from 'vitest';
import { startBalancer } from './balancer.ts';
import { addressOf, natsCluster, natsServer } from './nats.ts';
import { freePort, outcome, type Process, serveOn, tidemark } from './processes.ts';

interface Listed {
  readonly total: number;
  readonly clients: readonly { readonly name: string; readonly node: string }[];
  readonly missing: readonly string[];
}

/** A node that can be killed and started again where it was. */
class Node {
  readonly name: string;
  readonly port: number;
  readonly #nats: string;
  readonly #more: readonly string[];
  process: Process | undefined;

  constructor(name: string, port: number, nats: string, more: readonly string[] = []) {
    this.name = name;
    this.port = port;
    this.#nats = nats;
    this.#more = more;
  }

  async start(): Promise<void> {
    const options = ['--nats', this.#nats, '--node', this.name, '--admin-token', 'admin', '--ping', '2s'];
    this.process = await serveOn(this.port, ...options, ...this.#more);
  }

  async kill(): Promise<void> {
    await this.process?.killNow();
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async list(): Promise<Listed> {
    return (await (await fetch(`${this.url}/clients`)).json()) as Listed;
  }
}

async function nodesOn(nats: string, names: readonly string[]): Promise<Node[]> {
  const nodes = await Promise.all(names.map(async (name) => new Node(name, await freePort(), nats)));
  await Promise.all(nodes.map((node) => node.start()));
  return nodes;
}

function client(node: Node, name: string, ...more: string[]): Process {
  return tidemark('connect', `ws://127.0.0.1:${node.port}/users`, '--client', name, '--json', ...more);
}

test('one roster over all nodes: a name once, a client asked to leave from any of them, a dead node named', async () => {
  const nats = await natsServer();
  const [a, b, c] = (await nodesOn(nats.url, ['a', 'b', 'c'])) as [Node, Node, Node];
  const zoe = client(a, 'zoe');
  const abe = client(b, 'abe');
  await Promise.all([zoe, abe].map((process) => process.event('block')));
  await expect
    .poll(async () => (await c.list()).clients.map(({ name, node }) => `${name} at ${node}`).sort())
    .toEqual(['abe at b', 'zoe at a']);
  expect((await outcome(client(c, 'zoe'))).stderr).toContain('client zoe is connected already');
  const headers = { authorization: 'Bearer admin' };
  expect((await fetch(`${c.url}/clients/abe`, { method: 'DELETE', headers })).status).toBe(204);
  expect((await outcome(abe)).code).not.toBe(0);
  await a.kill();
  await expect.poll(async () => (await c.list()).missing).toEqual(['a']); // it is not known yet that it is dead
  await expect.poll(async () => (await c.list()).missing).toEqual([]);
  await a.start();
  await expect.poll(async () => (await c.list()).clients.map(({ node }) => node)).toEqual(['a']);
});

test('streaming goes on without NATS, whoever comes is served, and all is shared again when it is back', async () => {
  const nats = await natsServer();
  const [a, b] = (await nodesOn(nats.url, ['a', 'b'])) as [Node, Node];
  const zoe = client(a, 'zoe', '--rate', '50');
  await zoe.event('block');
  await nats.kill();
  await a.process?.event('cluster', ({ state }) => state === 'unreached');
  expect(await b.list()).toMatchObject({ total: 0, missing: ['a'] });
  const eve = client(b, 'eve', '--rate', '50');
  await eve.firstEvents(5, 'block');
  await zoe.firstEvents(20, 'block');
  await nats.restart();
  await b.process?.event('cluster', ({ state }) => state === 'reached');
  await expect
    .poll(async () => (await a.list()).clients.map(({ name }) => name).sort())
    .toEqual(['eve', 'zoe']);
  await expect.poll(async () => (await a.list()).missing).toEqual([]);
  expect((await outcome(client(a, 'eve'))).stderr).toContain('client eve is connected already');
});

test('a node of another seed is named, and left out of the roster; one whose name is taken does not start', async () => {
  const nats = await natsServer();
  const [a] = (await nodesOn(nats.url, ['a'])) as [Node];
  const other = new Node('b', await freePort(), nats.url, ['--seed', '7']);
  await other.start();
  await expect.poll(async () => (await other.list()).missing).toEqual(['a']);
  await other.process?.event(
    'cluster',
    ({ state, text }) => state === 'foreign' && String(text).includes('another seed'),
  );
  const again = tidemark('serve', '--port', '0', '--nats', nats.url, '--node', 'a');
  const { code, stderr } = await outcome(again);
  expect([code, stderr]).toEqual([
    1,
    expect.stringContaining('--node a: another process serves as this node'),
  ]);
  expect(a.process?.running).toBe(true);
});

/** How long what is halted stays so. */
const HALT_MS = 8000;

test('three nodes and three NATS servers, each killed and one of each halted: 60 clients end PROVED', async () => {
  const servers = await natsCluster();
  const nodes = await nodesOn(addressOf(servers), ['a', 'b', 'c']);
  const balancer = await startBalancer(nodes.map(({ port }) => port));
  const count = 1500;
  const runs = (['ws', 'http'] as const).map((scheme) =>
    tidemark(
      ...[
        'connect',
        `${scheme}://127.0.0.1:${balancer}/users?rate=25`,
        '--clients',
        '30',
        '--count',
        `${count}`,
      ],
      ...['--client', scheme, '--block-size', '25', '--json'],
    ),
  );
  await Promise.all(runs.map((run) => run.event('block')));
  for (const node of nodes) {
    await node.kill();
    await node.start();
  }
  for (const server of servers) {
    await server.kill();
    await server.restart();
  }
  const halted = [nodes[0]?.process, servers[0]?.child];
  for (const process of halted) process?.kill('SIGSTOP');
  await new Promise((resolve) => setTimeout(resolve, HALT_MS)); // the length of the fault, and no waiting for anything
  for (const process of halted) process?.kill('SIGCONT');
  expect(runs.some(({ running }) => running)).toBe(true);
  // Each name is on the roster once, at whatever node.
  await expect
    .poll(async () => {
      const { total, clients, missing } = (await nodes[1]?.list()) ?? { total: 0, clients: [], missing: [] };
      return { total, names: new Set(clients.map(({ name }) => name)).size, missing };
    })
    .toEqual({ total: 60, names: 60, missing: [] });
  for (const run of runs) {
    const { code } = await outcome(run);
    const ends = run.events.filter(({ event }) => event === 'end');
    expect(ends).toHaveLength(30);
    for (const end of ends)
      expect(end).toMatchObject({
        verdict: 'proved',
        messages: count,
        lost: 0,
        repeated: 0,
        reordered: 0,
        corrupt: 0,
      });
    expect(code).toBe(0);
  }
});
