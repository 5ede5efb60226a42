import { SimulatedCluster, TIMES } from './simulated-cluster.ts';
import type { Load } from './virtual-network.ts';

/** What a cluster asks of its store and its bus, a second. */
export interface LoadFigures {
  readonly nodes: number;
  readonly clients: number;
  readonly gets: number;
  readonly writes: number;
  /** Members in lists that were read. */
  readonly listed: number;
  readonly messages: number;
}

const MEASURED_MS = 60_000;
/** Between the joins of nodes. */
const APART_MS = 5;

/**
 * Measures what nodes ask for.
 *
 * @param clients of each node; they hold their names
 * @param joins names that are claimed at each node a second, and released a second later
 */
export async function measureLoad(nodes: number, clients: number, joins: number): Promise<LoadFigures> {
  const cluster = new SimulatedCluster(7);
  for (let index = 0; index < nodes; index++) {
    cluster.start(`n${index}`);
    await cluster.run(APART_MS);
  }
  await cluster.run(TIMES.beatMs);
  for (const node of cluster.nodes) {
    for (let index = 0; index < clients; index++) cluster.connect(node, `${node.id}-${index}`, 't');
    await cluster.run(APART_MS);
  }
  await cluster.run(2 * TIMES.beatMs);
  const before: Load = { ...cluster.network.load };
  let claims = 0;
  for (let seconds = 0; seconds < MEASURED_MS / 1000; seconds++) {
    for (const node of cluster.nodes) {
      for (let count = 0; count < joins; count++) {
        const connection = cluster.connect(node, `${node.id}-come-${++claims}`, 't');
        cluster.time.after(1000, () => connection.close('gone'));
      }
    }
    await cluster.run(1000);
  }
  const { load } = cluster.network;
  const aSecond = (key: keyof Load) => Math.round(((load[key] - before[key]) / MEASURED_MS) * 1e4) / 10;
  return {
    ...{ nodes, clients, gets: aSecond('gets'), writes: aSecond('writes') },
    ...{ listed: aSecond('listed'), messages: aSecond('messages') },
  };
}
