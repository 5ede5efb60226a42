import { describe, expect, test } from 'vitest';
import { type ForeignNode, NodeCluster } from '../../src/cluster/node-cluster.ts';
import { CLUSTER_TIMES } from '../../src/cluster/store/cluster-times.ts';
import { Host } from '../../src/host/host.ts';
import type { Round } from '../../src/server/cluster/cluster.ts';
import type { Question, Responder } from '../../src/server/cluster/question.ts';
import { VirtualTime } from '../simulation/virtual-time.ts';
import { NodeMachine } from './simulation/node-machine.ts';
import { VirtualNetwork } from './simulation/virtual-network.ts';

type Dismissal = Extract<Question, { readonly ask: 'dismiss' }>;
const QUESTION: Dismissal = { ask: 'dismiss', name: 'zoë' };

/** Nodes that have joined; each says that the client was there. */
async function nodes(details: Readonly<Record<string, { version: string; catalogue: string }>>) {
  const time = new VirtualTime(1, 32);
  const network = new VirtualNetwork(time);
  const asked: string[] = [];
  const foreign: ForeignNode[] = [];
  const run = async (forMs: number) => {
    const untilMs = time.nowMs + forMs;
    time.at(untilMs, () => {});
    await time.runUntil(() => time.nowMs >= untilMs, untilMs);
  };
  const started = Object.entries(details).map(([member, given]) => {
    const machine = new NodeMachine(time);
    const store = network.storeFor(machine);
    const bus = network.busFor(machine);
    const host = new Host(machine);
    const cluster = new NodeCluster(
      { member, process: `process of ${member}`, details: given, store, bus, host, times: CLUSTER_TIMES },
      { reach: () => {}, refenced: () => {}, replaced: () => {}, foreign: (node) => foreign.push(node) },
    );
    const responder = async (question: Question) => {
      asked.push(`${member}: ${question.ask}`);
      return true;
    };
    cluster.answerBy(responder as unknown as Responder);
    void cluster.member.join();
    return { machine, cluster };
  });
  await run(3 * CLUSTER_TIMES.beatMs);
  const ask = async ({ cluster }: { cluster: NodeCluster }): Promise<Round<Dismissal> | undefined> => {
    let round: Round<Dismissal> | undefined;
    void cluster.ask(QUESTION, 'cluster').then((found) => {
      round = found;
    });
    await run(3 * CLUSTER_TIMES.answerMs);
    return round;
  };
  const [first] = started;
  if (first === undefined) throw new Error('one node at least');
  return { network, started, first, asked, foreign, ask, run };
}

const ALIKE = { version: '1', catalogue: 'c' };

describe('a question to all nodes', () => {
  test('is answered by each other one, with its name', async () => {
    const { first, ask, asked } = await nodes({ a: ALIKE, b: ALIKE, c: ALIKE });
    expect(await ask(first)).toEqual({
      answers: ['b', 'c'].map((id) => ({ member: { id, node: id }, answer: true })),
      missing: [],
    });
    expect(asked.sort()).toEqual(['b: dismiss', 'c: dismiss']);
  });

  test('names who gives no answer, and nobody any more who is dead', async () => {
    const { first, started, ask, run } = await nodes({ a: ALIKE, b: ALIKE, c: ALIKE });
    started[1]?.machine.kill();
    expect(await ask(first)).toMatchObject({ answers: [{ answer: true }], missing: ['b'] });
    await run(5 * CLUSTER_TIMES.beatMs);
    expect(await ask(first)).toMatchObject({ answers: [{ answer: true }], missing: [] });
  });

  test('names all others where there is no NATS', async () => {
    const { network, first, ask } = await nodes({ a: ALIKE, b: ALIKE });
    network.setUp(false);
    expect(await ask(first)).toEqual({ answers: [], missing: ['b'] });
  });

  test('is not answered by a node of another version, or that was given something else to serve: it is named', async () => {
    const others = { b: { version: '2', catalogue: 'c' }, c: { version: '1', catalogue: 'd' } };
    const { first, ask, asked, foreign } = await nodes({ a: ALIKE, ...others });
    expect(await ask(first)).toEqual({ answers: [], missing: ['b', 'c'] });
    expect(asked).toEqual([]);
    expect(foreign).toEqual([
      { id: 'b', version: '2', otherVersion: true },
      { id: 'c', version: '1', otherVersion: false },
    ]);
  });

  test('goes to one that is named', async () => {
    const { first, asked, run } = await nodes({ a: ALIKE, b: ALIKE });
    let answer: unknown;
    void first.cluster.askOne('b', QUESTION).then((found) => {
      answer = found;
    });
    await run(100);
    expect([answer, asked]).toEqual([true, ['b: dismiss']]);
    expect(await first.cluster.askOne('nobody', QUESTION)).toBeUndefined();
  });
});
