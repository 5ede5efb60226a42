import type { NatsConnection, NodeConnectionOptions } from '@nats-io/transport-node';
import { type NatsAccess, secretsOf } from './nats-access.ts';
import type { NatsAddress } from './nats-address.ts';
import { failureToConnect } from './nats-failure.ts';
import { loadNats, type NatsPackages } from './nats-packages.ts';

/** Which NATS, and who comes to it. */
export interface NatsTarget {
  readonly address: NatsAddress;
  readonly access: NatsAccess;
  /** What the servers list the connection as. */
  readonly name: string;
}

export interface NatsManner {
  /** Whether it comes back by itself, for ever. Otherwise it ends with the first outage, and its owner dials again. */
  readonly reconnect: boolean;
  /** How long a silent server is waited for: twice this. @default 3000 */
  readonly pingMs?: number;
}

/** A connection, with the packages that it is used by. */
export interface OpenNats extends NatsPackages {
  readonly connection: NatsConnection;
  /** The server that it goes to, for a sentence. */
  readonly server: string;
}

/** Opens a connection: in tests, to an engine in memory. */
export type OpenNatsBy = (target: NatsTarget, manner: NatsManner) => Promise<OpenNats>;

/** How long a server has to greet. */
const GREETING_MS = 5000;
/** The packages find a stalled server after minutes by themselves. */
const PING_MS = 3000;
/** Between attempts to come back. */
const RECONNECT_MS = 500;

/** Opens a connection to one of the servers. @throws NatsFailure, a sentence */
export async function openNats(target: NatsTarget, manner: NatsManner): Promise<OpenNats> {
  const packages = await loadNats();
  const { address, access } = target;
  try {
    const connection = await packages.core.connect(optionsOf(packages, target, manner));
    return { ...packages, connection, server: connection.getServer() };
  } catch (error) {
    throw failureToConnect(error, address.servers, secretsOf(access, address.password));
  }
}

function optionsOf(
  { core }: NatsPackages,
  { address, access, name }: NatsTarget,
  { reconnect, pingMs = PING_MS }: NatsManner,
): NodeConnectionOptions {
  const { servers, tls, user, password } = address;
  const { credentials, token, nkeySeed, ca, certificate, key } = access;
  const bytes = (text: string) => new TextEncoder().encode(text);
  const secure = tls || ca !== undefined || certificate !== undefined;
  return {
    name,
    servers: [...servers],
    reconnect,
    maxReconnectAttempts: -1,
    reconnectTimeWait: RECONNECT_MS,
    timeout: GREETING_MS,
    pingInterval: pingMs,
    maxPingOut: 2,
    noAsyncTraces: true, // they cost more than a request
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { pass: password }),
    ...(token === undefined ? {} : { token }),
    ...(credentials === undefined ? {} : { authenticator: core.credsAuthenticator(bytes(credentials)) }),
    ...(nkeySeed === undefined ? {} : { authenticator: core.nkeyAuthenticator(bytes(nkeySeed)) }),
    ...(secure
      ? {
          tls: {
            ...(ca === undefined ? {} : { ca }),
            ...(certificate === undefined ? {} : { cert: certificate }),
            ...(key === undefined ? {} : { key }),
          },
        }
      : {}),
  };
}
