import { ClusterMember } from '../../../src/cluster/cluster-member.ts';
import type { ClusterTimes } from '../../../src/cluster/store/cluster-times.ts';
import { Host } from '../../../src/host/host.ts';
import type { Claimant, Lease, LeaseOwner } from '../../../src/server/clients/name-registry.ts';
import type { VirtualTime } from '../../simulation/virtual-time.ts';
import { NodeMachine } from './node-machine.ts';
import type { VirtualNetwork } from './virtual-network.ts';

const DETAILS = { version: 'simulated', catalogue: '' };
/** How long a connection is waited for that is to show that it is there. */
const SIGN_OF_LIFE_MS = 4000;
const PATH_MS = 20;

/** A client's connection to a node, as both of them see it. */
export class SimulatedConnection implements Claimant, LeaseOwner {
  readonly name: string;
  readonly token: string;
  readonly node: SimulatedNode;
  /** Whether the client is still at its end; the node need not know. */
  clientIsThere = true;
  lease: Lease | undefined;
  /** When it got its name. */
  grantedMs = 0;
  /** Whether the node has closed it, and why. */
  closed: 'refused' | 'superseded' | 'revoked' | 'gone' | undefined;
  closedMs = 0;
  readonly #told: (connection: SimulatedConnection) => void;

  constructor(
    { name, token }: { name: string; token: string },
    node: SimulatedNode,
    told: (connection: SimulatedConnection) => void,
  ) {
    this.name = name;
    this.token = token;
    this.node = node;
    this.#told = told;
  }

  /** Whether a node that runs serves it under its name. */
  get served(): boolean {
    return this.lease !== undefined && this.closed === undefined && !this.node.machine.killed;
  }

  answers(): Promise<boolean> {
    return new Promise((resolve) => {
      const { time, machine } = this.node;
      const answer = () => {
        const alive = this.clientIsThere && this.closed === undefined;
        machine.do(() => resolve(alive));
      };
      time.after(this.clientIsThere ? 2 * PATH_MS : SIGN_OF_LIFE_MS, answer);
    });
  }

  giveWay(): void {
    this.close('gone');
  }

  superseded(): void {
    this.close('superseded');
  }

  revoked(): void {
    this.close('revoked');
  }

  close(why: NonNullable<SimulatedConnection['closed']>): void {
    if (this.closed !== undefined) return;
    this.closed = why;
    this.closedMs = this.node.time.nowMs;
    this.lease?.release();
    this.#told(this);
  }
}

/** One process of a node: the real membership and the real names. */
export class SimulatedNode {
  readonly id: string;
  readonly time: VirtualTime;
  readonly machine: NodeMachine;
  readonly member: ClusterMember;
  readonly connections = new Set<SimulatedConnection>();
  joined = false;
  /** When it was last stopped, cut off from the store, or slow. */
  troubledMs = Number.NEGATIVE_INFINITY;
  /** When others called it dead. */
  readonly refencedMs: number[] = [];
  replaced = false;

  constructor(
    id: string,
    time: VirtualTime,
    network: VirtualNetwork,
    times: ClusterTimes,
    pace: number,
    process: string,
  ) {
    this.id = id;
    this.time = time;
    this.machine = new NodeMachine(time, pace);
    const options = {
      ...{ member: id, process, details: DETAILS, times },
      store: network.storeFor(this.machine),
      bus: network.busFor(this.machine),
      host: new Host(this.machine),
    };
    this.member = new ClusterMember(options, {
      reach: () => {},
      refenced: () => void this.refencedMs.push(time.nowMs),
      replaced: () => {
        this.replaced = true;
      },
    });
  }

  /** Joins, however often it takes. */
  async join(): Promise<void> {
    while (!this.joined && !this.machine.killed) this.joined = (await this.member.join()) === 'joined';
  }

  get serves(): boolean {
    return this.joined && !this.replaced && !this.machine.killed && !this.machine.stopped;
  }

  accept(connection: SimulatedConnection): void {
    this.machine.do(() => void this.#settle(connection));
  }

  kill(): void {
    this.machine.kill();
  }

  async #settle(connection: SimulatedConnection): Promise<void> {
    this.connections.add(connection);
    const lease = await this.member.names.claim(connection.name, connection.token, connection);
    if (typeof lease === 'string') return connection.close(lease === 'gone' ? 'gone' : 'refused');
    if (connection.closed !== undefined) return lease.release();
    connection.lease = lease;
    connection.grantedMs = this.time.nowMs;
    lease.belongTo(connection);
  }
}
