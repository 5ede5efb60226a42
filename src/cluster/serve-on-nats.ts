import { createHash, randomBytes } from 'node:crypto';
import { checkNatsAccess, type NatsAccess } from '../carriage/nats/nats-access.ts';
import { parseNatsAddress } from '../carriage/nats/nats-address.ts';
import { NatsFailure } from '../carriage/nats/nats-failure.ts';
import { openNats } from '../carriage/nats/open-nats.ts';
import { systemHost } from '../host/host.ts';
import {
  resolveServeOptions,
  type ServeOptions,
  type ServeSettings,
} from '../server/options/serve-options.ts';
import type { ServerEvent } from '../server/options/server-event.ts';
import type { TlsPair } from '../server/options/tls-pair.ts';
import { Server } from '../server/server.ts';
import type { TidemarkServer } from '../server/tidemark-server.ts';
import { SecretSeed } from '../stream/secret-seed.ts';
import { GENERATOR_VERSION } from '../stream/stream.ts';
import { VERSION } from '../version.ts';
import { redactedUrl } from '../wording/secrets.ts';
import { badOption, UsageError } from '../wording/usage-error.ts';
import { MemberBus } from './nats/member-bus.ts';
import { NatsReach } from './nats/nats-reach.ts';
import { NatsStore } from './nats/nats-store.ts';
import { NodeCluster } from './node-cluster.ts';
import { CLUSTER_TIMES } from './store/cluster-times.ts';
import { pause } from './store/pause.ts';

/** What all subjects begin with, and the name of the bucket. */
const PREFIX = 'tidemark';
/** A node's name is a token of a subject, and part of names of clients. */
const NODE = /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/;
/** How often NATS may give no answer to who joins. */
const MOST_JOINS = 20;

export interface NodeOptions {
  /** Addresses of the servers of one NATS system, such as `nats://a,nats://b:4222`. */
  readonly nats: string;
  /** The name of this node, which no other has: 1 to 32 ASCII letters, digits, `_` and `-`. */
  readonly node: string;
  readonly access: NatsAccess;
}

/**
 * Serves streams as one of several nodes, which share the names of their clients, the roster, the page and the metrics by way of NATS.
 *
 * @returns once it has joined and listens; rejects as `serve` does, with a UsageError for a name that another node has, or with a
 *   NatsFailure, a sentence
 */
export async function serveOnNats(
  options: ServeOptions,
  { nats, node, access }: NodeOptions,
): Promise<TidemarkServer> {
  const settings = resolveServeOptions(options);
  const address = parseNatsAddress(nats, 'nats');
  if (address.subject !== undefined)
    throw badOption('nats', 'addresses without a subject', redactedUrl(nats));
  if (!NODE.test(node)) throw badOption('node', '1 to 32 letters, digits, _ and -, as in node-1', node);
  checkNatsAccess(access);
  const opened = await openNats({ address, access, name: `tidemark node ${node}` }, { reconnect: true });
  const { connection } = opened;
  try {
    const reach = new NatsReach(connection);
    const store = await NatsStore.open(opened, PREFIX, reach);
    const bus = new MemberBus(opened, PREFIX, reach);
    const tell = (state: NodeState, text: string) =>
      options.onEvent?.({ event: 'cluster', node, state, text });
    let joined = false;
    const cluster = new NodeCluster(
      {
        ...{ member: node, process: randomBytes(8).toString('hex'), store, bus },
        details: { version: VERSION, catalogue: catalogueOf(settings) },
        ...{ host: systemHost, times: CLUSTER_TIMES },
      },
      {
        reach: (reached) => {
          if (joined && reached) tell('reached', 'NATS is reached again');
          if (joined && !reached)
            tell('unreached', 'NATS is not reached: streaming goes on, and the roster is partial');
        },
        refenced: () =>
          tell('refenced', 'other nodes had called this one dead: it has claimed its names again'),
        replaced: () =>
          tell('replaced', `another process is node ${node} now: this one has lost its clients' names`),
        foreign: ({ id, version, otherVersion }) => {
          const why = otherVersion ? `has version ${version}` : 'was given another seed or rate';
          tell('foreign', `node ${id} ${why}: it is left out of the roster`);
        },
      },
    );
    await join(cluster, node, reach);
    joined = true;
    const server = new Server(options, cluster);
    await server.listen();
    return new NodeServer(server, async () => {
      await cluster.member.leave();
      await connection.close();
    });
  } catch (error) {
    await connection.close();
    throw error;
  }
}

type NodeState = Extract<ServerEvent, { readonly event: 'cluster' }>['state'];

async function join({ member }: NodeCluster, node: string, reach: NatsReach): Promise<void> {
  for (let attempts = 0; attempts < MOST_JOINS; attempts++) {
    const joined = await member.join();
    if (joined === 'joined') return;
    if (joined === 'taken') {
      throw new UsageError('bad_option', 'node', (nameOf) => {
        return `${nameOf('node')} ${node}: another process serves as this node: choose another name`;
      });
    }
    await pause(systemHost, CLUSTER_TIMES.beatMs / 4);
  }
  const why = reach.fault === undefined ? '' : ` (${reach.fault})`;
  throw new NatsFailure(`NATS gives no answer to a node that joins${why}: has it a leader?`, {
    lasting: false,
  });
}

/** Nodes that differ in it send other bytes under the same names. */
function catalogueOf({ seed, secretSeed, ratePerSecond }: ServeSettings): string {
  const secret = secretSeed === undefined ? undefined : new SecretSeed(secretSeed).name;
  const given = JSON.stringify([GENERATOR_VERSION, secret ?? seed, String(ratePerSecond)]);
  return createHash('sha256').update(given).digest('base64url').slice(0, 16);
}

/** A server that leaves its cluster once it has closed. */
class NodeServer implements TidemarkServer {
  readonly #server: TidemarkServer;
  readonly #leave: () => Promise<void>;
  #closing: Promise<void> | undefined;

  constructor(server: TidemarkServer, leave: () => Promise<void>) {
    this.#server = server;
    this.#leave = leave;
  }

  get url(): string {
    return this.#server.url;
  }

  get port(): number {
    return this.#server.port;
  }

  get clients(): number {
    return this.#server.clients;
  }

  holdInput(held: boolean): void {
    this.#server.holdInput(held);
  }

  setTls(pair: TlsPair): void {
    this.#server.setTls(pair);
  }

  close(): Promise<void> {
    this.#closing ??= this.#server.close().then(this.#leave);
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
