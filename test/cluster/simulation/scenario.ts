import { BOUND_MS, SimulatedCluster, TIMES } from './simulated-cluster.ts';
import type { SimulatedNode } from './simulated-node.ts';

/** How a scenario went. */
export interface ScenarioResult {
  readonly faults: readonly string[];
  readonly grants: number;
  readonly longestDoubleMs: number;
}

const QUIET_MS = 2 * TIMES.beatMs * TIMES.silentBeats + 5000;

/** Nodes and clients, to which things happen for a while; then all is mended, and must be as it should be. */
export async function runScenario(seed: number): Promise<ScenarioResult> {
  const cluster = new SimulatedCluster(seed);
  const { time, network, faults } = cluster;
  const count = time.integer(1, 5);
  for (let index = 0; index < count; index++) cluster.start(`n${index}`);
  const names = time.integer(2, 8);
  for (let index = 0; index < names; index++) cluster.addClient(`c${index}`, `token-${index}`);
  const rivals = time.integer(0, 3);
  for (let index = 0; index < rivals; index++) cluster.addClient(`c${index}`, `rival-${index}`);
  const lossy = time.random() < 0.5;
  network.trouble = {
    lost: lossy ? 0.03 : 0,
    late: lossy ? 0.02 : 0,
    stale: time.random() < 0.5 ? 0.2 : 0,
    oldMs: time.between(10, 4000),
  };
  await cluster.run(3000);
  for (let left = time.integer(3, 10); left > 0; left--) {
    happen(cluster);
    await cluster.run(time.between(200, 8000));
  }
  // All is mended.
  network.trouble = { lost: 0, late: 0, stale: 0, oldMs: 0 };
  network.setUp(true);
  for (const node of cluster.nodes) {
    network.heal(node.machine);
    node.machine.goOn();
  }
  restartAll(cluster);
  await cluster.run(BOUND_MS + QUIET_MS);
  faults.push(...missing(cluster), ...cluster.differences());
  const grants = cluster.served().length;
  await strangersGetEachName(cluster);
  return { faults, grants, longestDoubleMs: cluster.longestDoubleMs };
}

/** One thing goes wrong. */
function happen(cluster: SimulatedCluster): void {
  const { time } = cluster;
  const running = cluster.nodes.filter(({ machine }) => !machine.killed);
  const [first, ...rest] = running;
  const [client, ...others] = cluster.clients;
  if (first === undefined || client === undefined) return restartAll(cluster);
  const node = time.pick([first, ...rest]);
  const forMs = time.between(200, 20_000);
  const things: [() => void, ...(() => void)[]] = [
    () => cluster.cutClient(time.pick([client, ...others]), time.random() < 0.5),
    () => cluster.cutClient(time.pick([client, ...others]), false),
    () => cluster.killNode(node),
    () => killAndStart(cluster, node),
    () => cluster.stopNode(node, forMs),
    () => cluster.cutOff(node, forMs),
    () => cluster.storeGone(forMs),
    () => node.machine.stepWallClock(time.between(-7_200_000, 7_200_000)),
    () => restartAll(cluster),
  ];
  time.pick(things)();
}

function killAndStart(cluster: SimulatedCluster, node: SimulatedNode): void {
  cluster.killNode(node);
  cluster.time.after(cluster.time.between(100, 5000), () => {
    if (!isRunning(cluster, node.id)) cluster.start(node.id);
  });
}

function isRunning({ nodes }: SimulatedCluster, id: string): boolean {
  return nodes.some((each) => each.id === id && !each.machine.killed);
}

function restartAll(cluster: SimulatedCluster): void {
  for (const id of new Set(cluster.nodes.map((node) => node.id))) {
    if (!isRunning(cluster, id)) cluster.start(id);
  }
}

/** Each name has exactly one connection. */
function missing(cluster: SimulatedCluster): string[] {
  return [...new Set(cluster.clients.map(({ name }) => name))].flatMap((name) => {
    const { length } = cluster.served(name);
    return length === 1 ? [] : [`${name} has ${length} connections in the end`];
  });
}

/** All leave; then any name can be had by whoever comes. */
async function strangersGetEachName(cluster: SimulatedCluster): Promise<void> {
  const names = new Set(cluster.clients.map(({ name }) => name));
  for (const client of cluster.clients) {
    client.wants = false;
    cluster.cutClient(client, true);
  }
  await cluster.run(1000);
  const strangers = [...names].map((name) => cluster.addClient(name, `stranger-${name}`));
  await cluster.run(QUIET_MS + 2 * TIMES.beatMs * TIMES.silentBeats);
  for (const { name, connection } of strangers) {
    if (connection?.served !== true) cluster.faults.push(`${name} can't be had any more`);
  }
  cluster.faults.push(...cluster.differences());
}
