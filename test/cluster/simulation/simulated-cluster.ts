import { nameKey, readName } from '../../../src/cluster/names/name-entry.ts';
import { CLUSTER_TIMES, type ClusterTimes } from '../../../src/cluster/store/cluster-times.ts';
import { VirtualTime } from '../../simulation/virtual-time.ts';
import { SimulatedConnection, SimulatedNode } from './simulated-node.ts';
import { VirtualNetwork } from './virtual-network.ts';

/** Rounds of looking names up are short, so that runs need not be long. */
export const TIMES: ClusterTimes = { ...CLUSTER_TIMES, auditMs: 20_000 };

/** So long two connections may have one name at most once both members reach the store: docs/cluster.md. */
export const BOUND_MS: number = TIMES.auditMs + 2 * TIMES.beatMs * TIMES.silentBeats;
const PATH_MS = 20;
const LOOK_MS = 250;
/** Promises that follow from one event are kept before the next one. */
const PROMISES = 16;
/** After so long a client takes a silent node for lost, and a node a silent client. */
const SILENCE_MS = 4000;

/** Who wants a name: its owner brings its token again, a rival one of its own. */
export class SimulatedClient {
  readonly name: string;
  readonly token: string;
  connection: SimulatedConnection | undefined;
  /** Whether it wants to be connected. */
  wants = true;
  /** How often it got the name. */
  grants = 0;
  revocations = 0;

  constructor(name: string, token: string) {
    this.name = name;
    this.token = token;
  }
}

/** Nodes, clients and a store in virtual time, with what is looked at while it passes. */
export class SimulatedCluster {
  readonly time: VirtualTime;
  readonly network: VirtualNetwork;
  readonly nodes: SimulatedNode[] = [];
  readonly clients: SimulatedClient[] = [];
  readonly faults: string[] = [];
  readonly #connections: SimulatedConnection[] = [];
  /** Since when two connections of one name are both served, by the later one. */
  readonly #doubles = new Map<SimulatedConnection, number>();
  #processes = 0;
  #storeTroubleMs = Number.NEGATIVE_INFINITY;
  /** When something could be lost. */
  #lossMs = Number.NEGATIVE_INFINITY;
  /** For how long two connections had one name, at most. */
  longestDoubleMs = 0;

  constructor(seed: number) {
    this.time = new VirtualTime(seed, PROMISES);
    this.network = new VirtualNetwork(this.time);
    this.#look();
  }

  /** Starts a process of a node. */
  start(id: string): SimulatedNode {
    const pace = this.time.between(0.99, 1.01);
    const node = new SimulatedNode(id, this.time, this.network, TIMES, pace, `p${++this.#processes}`);
    this.nodes.push(node);
    void node.join();
    return node;
  }

  addClient(name: string, token: string): SimulatedClient {
    const client = new SimulatedClient(name, token);
    this.clients.push(client);
    this.time.after(this.time.between(0, 1000), () => this.#dial(client));
    return client;
  }

  /** A connection of nobody who would come back. */
  connect(node: SimulatedNode, name: string, token: string): SimulatedConnection {
    const connection = new SimulatedConnection({ name, token }, node, () => {});
    this.#connections.push(connection);
    node.accept(connection);
    return connection;
  }

  /** Its connection ends, and it dials again; the node finds it out at once, or after a while. */
  cutClient(client: SimulatedClient, nodeKnows: boolean): void {
    const { connection } = client;
    if (connection === undefined) return;
    connection.clientIsThere = false;
    this.time.after(nodeKnows ? PATH_MS : SILENCE_MS, () => this.#end(connection));
    client.connection = undefined;
    this.#dialSoon(client);
  }

  killNode(node: SimulatedNode): void {
    this.#trouble(node);
    node.kill();
    for (const connection of node.connections) {
      connection.clientIsThere = false;
      const client = this.clients.find((each) => each.connection === connection);
      if (client !== undefined) this.#lostIts(client);
    }
  }

  /** It does nothing for a while. Its clients find it silent. */
  stopNode(node: SimulatedNode, forMs: number): void {
    if (node.machine.killed) return;
    this.#troubleFor(node, forMs);
    node.machine.stop();
    this.time.after(SILENCE_MS, () => {
      if (!node.machine.stopped) return;
      for (const client of this.clients) {
        if (client.connection?.node === node) this.cutClient(client, false);
      }
    });
    this.time.after(forMs, () => node.machine.goOn());
  }

  /** The store and the other members can't be reached from it for a while; its clients can. */
  cutOff(node: SimulatedNode, forMs: number): void {
    this.#troubleFor(node, forMs);
    this.network.cut(node.machine);
    this.time.after(forMs, () => this.network.heal(node.machine));
  }

  storeGone(forMs: number): void {
    this.network.setUp(false);
    const again = () => {
      this.#storeTroubleMs = this.time.nowMs;
      if (!this.network.up) this.time.after(LOOK_MS, again);
    };
    again();
    this.time.after(forMs, () => this.network.setUp(true));
  }

  run(forMs: number): Promise<void> {
    const untilMs = this.time.nowMs + forMs;
    this.time.at(untilMs, () => {});
    return this.time.runUntil(() => this.time.nowMs >= untilMs, untilMs);
  }

  /** The connections that are served under a name. */
  served(name?: string): SimulatedConnection[] {
    return this.#connections.filter((each) => each.served && (name === undefined || each.name === name));
  }

  /** What differs between the store and the members, when nothing goes on. */
  differences(): string[] {
    const served = this.served();
    const faults: string[] = [];
    const held = this.nodes.reduce(
      (sum, { machine, member }) => sum + (machine.killed ? 0 : member.names.held),
      0,
    );
    if (held !== served.length)
      faults.push(`${held} names are held, and ${served.length} connections served`);
    for (const { name, node } of served) {
      const entry = readName(this.network.now(nameKey(name)));
      const { fence } = node.member.membership;
      if (entry?.member !== node.id || entry.fence !== fence)
        faults.push(`${name} is served by ${node.id}/${fence}, and the store has ${JSON.stringify(entry)}`);
    }
    for (const node of this.nodes) {
      const { unsettled } = node.member.holdings;
      if (!node.machine.killed && unsettled > 3) faults.push(`${node.id} has ${unsettled} names to settle`);
    }
    return faults;
  }

  #trouble(node: SimulatedNode): void {
    node.troubledMs = this.time.nowMs;
  }

  #troubleFor(node: SimulatedNode, forMs: number): void {
    const untilMs = this.time.nowMs + forMs;
    node.troubledMs = Math.max(node.troubledMs, untilMs);
  }

  #end(connection: SimulatedConnection): void {
    connection.node.machine.do(() => connection.close('gone'));
  }

  #lostIts(client: SimulatedClient): void {
    client.connection = undefined;
    this.#dialSoon(client);
  }

  #dialSoon(client: SimulatedClient): void {
    this.time.after(this.time.between(50, 1500), () => this.#dial(client));
  }

  #dial(client: SimulatedClient): void {
    if (!client.wants || client.connection !== undefined) return;
    const up = this.nodes.filter(({ machine, joined, replaced }) => joined && !replaced && !machine.killed);
    const [first, ...rest] = up;
    if (first === undefined) return this.#dialSoon(client);
    const node = this.time.pick([first, ...rest]);
    const connection = new SimulatedConnection(client, node, (ended) => this.#ended(client, ended));
    this.#connections.push(connection);
    client.connection = connection;
    this.time.after(PATH_MS, () => node.accept(connection));
    this.time.after(SILENCE_MS, () => {
      const silent = node.machine.stopped || node.machine.killed;
      if (client.connection === connection && connection.lease === undefined && silent)
        this.cutClient(client, false);
    });
  }

  #ended(client: SimulatedClient, connection: SimulatedConnection): void {
    if (connection.closed === 'superseded' && connection.lease !== undefined) {
      const others = this.#connections.filter((each) => each !== connection && each.name === connection.name);
      const heir = others.some((each) => each.grantedMs >= connection.grantedMs && each.lease !== undefined);
      // The heir may be told of its grant after this one of its loss; or it showed that it was there, and was gone before it was told.
      const claims = others.some(({ closed }) => closed === undefined);
      const cameAndWent = others.some(
        ({ token, lease, closed, closedMs }) =>
          token === connection.token &&
          lease === undefined &&
          closed === 'gone' &&
          closedMs > connection.grantedMs,
      );
      if (!heir && !claims && !cameAndWent)
        this.faults.push(`${connection.name} is taken from ${connection.node.id} for nobody`);
    }
    if (connection.closed === 'revoked') client.revocations++;
    if (client.connection !== connection) return;
    this.#lostIts(client);
  }

  /** Looks at all that must never be. */
  #look(): void {
    this.time.after(LOOK_MS, () => {
      if (this.network.trouble.lost > 0) this.#lossMs = this.time.nowMs;
      this.#lookAtDoubles();
      this.#lookAtFences();
      this.#look();
    });
  }

  #lookAtDoubles(): void {
    const { nowMs } = this.time;
    const byName = new Map<string, SimulatedConnection[]>();
    for (const each of this.served()) byName.set(each.name, [...(byName.get(each.name) ?? []), each]);
    const doubled = new Set<SimulatedConnection>();
    for (const [name, served] of byName) {
      if (served.length < 2) continue;
      for (const each of served) {
        const others = served.filter((other) => other !== each);
        // Only who reaches the others can be told.
        const excusedMs = Math.max(
          this.#storeTroubleMs,
          ...[each, ...others].map(({ node }) => node.troubledMs),
        );
        doubled.add(each);
        const sinceMs = Math.max(this.#doubles.get(each) ?? nowMs, excusedMs);
        this.#doubles.set(each, sinceMs);
        this.longestDoubleMs = Math.max(this.longestDoubleMs, nowMs - sinceMs);
        if (nowMs - sinceMs > BOUND_MS) {
          const where = served.map(({ node }) => node.id).join(' and ');
          this.faults.push(`${name} has been held at ${where} for ${Math.round(nowMs - sinceMs)} ms`);
        }
      }
    }
    for (const each of this.#doubles.keys()) if (!doubled.has(each)) this.#doubles.delete(each);
  }

  /** Nobody may be called dead who was there, and reached the store: each request, for one that is lost now and then may be any. */
  #lookAtFences(): void {
    const { beatMs, silentBeats } = TIMES;
    const graceMs = 2 * beatMs * silentBeats;
    for (const node of this.nodes) {
      for (const atMs of node.refencedMs.splice(0)) {
        const troubleMs = Math.max(node.troubledMs, this.#storeTroubleMs, this.#lossMs);
        if (atMs - troubleMs > graceMs) this.faults.push(`${node.id} was called dead, and was there`);
      }
    }
  }
}
