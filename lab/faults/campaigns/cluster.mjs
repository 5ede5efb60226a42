/**
 * Three nodes behind haproxy, and three NATS servers: each of them, and the balancer, is killed with -9 in turn, and each halted for a
 * while. The clients come back to whichever node takes them. How long a fault is felt is the time until each client has told of a block
 * that came after it.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Child } from '../../kit/child.mjs';
import { freePort } from '../../kit/free-port.mjs';
import { startNatsCluster } from '../../kit/nats.mjs';
import { listening, tidemark } from '../../kit/tidemark.mjs';
import { endFaults } from '../log-faults.mjs';

const NODES = ['a', 'b', 'c'];
/** Messages that each client takes after the last fault, by seconds. */
const TAIL_SECONDS = 5;
const LONG = { clients: 1000, processes: 4, perSecond: 1, haltMs: 20_000 };
const SHORT = { clients: 40, processes: 2, perSecond: 5, haltMs: 5000 };
/** Until a fault is in effect, and what was under way has come. */
const UNDER_WAY_MS = 300;
const RECOVERY_MS = 120_000;
const RESUMED_MS = 300_000;

/** What a node says of the roster. @typedef {{ total: number, missing: string[] }} Listed */

/** @typedef {{ name: string, cause: () => Promise<unknown>, mend: () => Promise<void> }} ClusterFault */

/** @param {import('../campaigns.mjs').Setting} setting */
async function run({ scope, tally, runs, short }) {
  const { clients, processes, perSecond, haltMs } = short ? SHORT : LONG;
  const servers = await startNatsCluster(scope);
  const nats = servers.map(({ url }) => url).join(',');
  const nodes = await Promise.all(
    NODES.map(async (name) => {
      const port = await freePort();
      const args = [
        'serve',
        '--port',
        String(port),
        '--json',
        '--nats',
        nats,
        '--node',
        name,
        '--ping',
        '3s',
      ];
      const start = () => listening(tidemark(scope, args, { keep: ({ event }) => event === 'listening' }));
      return { name, port, start, process: await start() };
    }),
  );
  const balancer = await startBalancer(
    scope,
    nodes.map(({ port }) => port),
  );
  /** When the last block of each client was read. @type {Map<string, number>} */
  const lastMs = new Map();
  const keep = (/** @type {import('../../kit/event-child.mjs').SeenEvent} */ { event, client, seenMs }) => {
    if (event === 'block') lastMs.set(client, seenMs);
    return event === 'end';
  };
  const folder = scope.folder();
  const each = clients / processes;
  const names = (/** @type {number} */ index) => [
    ...['--clients', String(each), '--client', `p${index}`],
    ...['--log', join(folder, `p${index}.ndjson`), '--json'],
  ];
  const children = Array.from({ length: processes }, (_, index) => {
    const url = `${index % 2 === 0 ? 'ws' : 'http'}://127.0.0.1:${balancer.port}/users?rate=${perSecond}`;
    return tidemark(scope, ['connect', url, '--block-size', String(perSecond), ...names(index)], { keep });
  });
  await recovered(lastMs, clients, 0);

  const faults = [];
  const felt = [];
  const all = allFaults(nodes, servers, balancer, haltMs);
  for (let done = 0; done < runs; done++) {
    tally.progress(done, runs);
    const { name, cause, mend } = all[done % all.length];
    await cause();
    const fromMs = performance.now();
    await sleep(UNDER_WAY_MS);
    const mended = mend().catch((error) => faults.push(`${name}: ${error.message}`));
    const tookMs = await recovered(lastMs, clients, fromMs + UNDER_WAY_MS);
    if (tookMs === undefined)
      faults.push(`${name}: not all clients came back within ${RECOVERY_MS / 1000} s`);
    felt.push(`${name} ${tookMs === undefined ? '–' : ((tookMs + UNDER_WAY_MS) / 1000).toFixed(1)} s`);
    await mended;
    await recovered(lastMs, clients, performance.now());
  }
  const roster = await wholeRoster(nodes, clients);
  if (roster !== undefined) faults.push(roster);
  // They have no end of their own, so that none ends before the last fault: each is stopped, and gone on with to one.
  for (const child of children) child.kill('SIGINT');
  for (const child of children) await child.end();
  const stopped = children.flatMap((child) => child.ends());
  const count = Math.max(...stopped.map(({ messages }) => messages)) + TAIL_SECONDS * perSecond;
  const resumed = children.map((_, index) =>
    tidemark(scope, ['connect', '--resume', '--count', String(count), ...names(index)], { keep }),
  );
  let messages = 0;
  for (const child of resumed) {
    await child.end(RESUMED_MS);
    const ends = child.ends();
    if (ends.length !== each) faults.push(`${ends.length} of ${each} clients of a process ended`);
    for (const end of ends) {
      faults.push(...endFaults(end, count).slice(0, 1));
      messages += end.messages;
    }
  }
  if (messages !== clients * count)
    faults.push(`${messages} messages came, and ${clients * count} were asked for`);
  tally.together(runs, faults, {});
  tally.note(
    `${clients} clients, ${count} messages each; felt until all clients had another block: ${felt.join(', ')}`,
  );
}

/**
 * Waits until each client has told of a block that was read after a moment.
 *
 * @param {ReadonlyMap<string, number>} lastMs
 * @param {number} clients
 * @param {number} fromMs
 * @returns how long it took; undefined if it took too long
 */
async function recovered(lastMs, clients, fromMs) {
  const untilMs = performance.now() + RECOVERY_MS;
  while (performance.now() < untilMs) {
    const seen = [...lastMs.values()].filter((each) => each > fromMs);
    if (seen.length === clients) return performance.now() - fromMs;
    await sleep(100);
  }
  return undefined;
}

/**
 * @param {{ name: string, process: Child, start: () => Promise<Child> }[]} nodes
 * @param {import('../../kit/nats.mjs').NatsServer[]} servers
 * @param {{ process: Child, start: () => Child }} balancer
 * @param {number} haltMs
 * @returns {ClusterFault[]} so ordered that a few of them are of each kind
 */
function allFaults(nodes, servers, balancer, haltMs) {
  const ofOne = NODES.map((_, index) => {
    const node = nodes[index];
    const server = servers[index];
    return [
      {
        name: `kill -9 of node ${node.name}`,
        cause: () => node.process.killNow(),
        mend: async () => {
          node.process = await node.start();
        },
      },
      { name: `kill -9 of NATS ${server.name}`, cause: () => server.kill(), mend: () => server.restart() },
      halt(`node ${node.name} halted`, () => node.process, haltMs),
      halt(`NATS ${server.name} halted`, () => server.child, haltMs),
    ];
  });
  const ofBalancer = {
    name: 'kill -9 of haproxy',
    cause: () => balancer.process.killNow(),
    mend: async () => {
      balancer.process = balancer.start();
    },
  };
  const [first = [], ...rest] = ofOne;
  return [...first, ofBalancer, ...rest.flat()];
}

/**
 * @param {string} name
 * @param {() => Child} process
 * @param {number} haltMs
 * @returns {ClusterFault}
 */
function halt(name, process, haltMs) {
  return {
    name,
    cause: async () => process().kill('SIGSTOP'),
    mend: async () => {
      await sleep(haltMs);
      process().kill('SIGCONT');
    },
  };
}

/** @param {{ port: number }[]} nodes @param {number} clients @returns what is wrong, if anything still is after a while */
async function wholeRoster(nodes, clients) {
  const untilMs = performance.now() + RECOVERY_MS;
  let said = '';
  while (performance.now() < untilMs) {
    const answers = await Promise.all(nodes.map(listedBy));
    said = answers
      .map(({ total, missing }) => `${total} clients, missing ${missing.join(' ') || 'nobody'}`)
      .join('; ');
    if (answers.every(({ total, missing }) => total === clients && missing.length === 0)) return undefined;
    await sleep(500);
  }
  return `the roster is not whole: ${said}`;
}

/** @param {{ port: number }} node @returns {Promise<Listed>} */
async function listedBy({ port }) {
  const answer = await fetch(`http://127.0.0.1:${port}/clients`);
  return /** @type {Promise<Listed>} */ (answer.json());
}

/** @param {import('../../kit/scope.mjs').Scope} scope @param {number[]} ports */
async function startBalancer(scope, ports) {
  const port = await freePort();
  const config = join(scope.folder(), 'haproxy.cfg');
  const lines = [
    ...['global', '  maxconn 8000', 'defaults', '  mode tcp', '  timeout connect 1s', '  retries 3'],
    ...['  option redispatch', '  timeout client 1h', '  timeout server 1h', 'frontend front'],
    ...[`  bind 127.0.0.1:${port}`, '  default_backend nodes', 'backend nodes', '  balance roundrobin'],
    ...[
      '  option httpchk GET /readyz',
      '  default-server inter 500ms fall 2 rise 1 on-marked-down shutdown-sessions',
    ],
    ...ports.map((each, index) => `  server n${index} 127.0.0.1:${each} check`),
  ];
  writeFileSync(config, `${lines.join('\n')}\n`);
  const start = () => new Child(scope, '/usr/sbin/haproxy', ['-f', config, '-db']);
  return { port, start, process: start() };
}

/** @type {import('../campaigns.mjs').Campaign} */
export const cluster = {
  name: 'cluster',
  fault:
    'three nodes, three NATS servers and a balancer are killed with -9 and halted in turn, under 1,000 clients',
  runs: 13,
  shortRuns: 5,
  packages: ['haproxy', 'nats-server'],
  run,
};
