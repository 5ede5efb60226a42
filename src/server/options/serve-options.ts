import { availableParallelism } from 'node:os';
import { badOption, UsageError } from '../../wording/usage-error.ts';
import { ACCESS_LIMITS } from './access-limits.ts';
import { isLoopback } from './loopback.ts';
import type { ServerEvent } from './server-event.ts';
import type { TlsPair } from './tls-pair.ts';

export interface ServeOptions {
  /** Address to listen on. @default '127.0.0.1' */
  readonly host?: string;
  /** Port to listen on; 0 takes a free one. @default 8000 */
  readonly port?: number;
  /**
   * The path under which it answers, such as `/feeds` for streams at `/feeds/users`, behind a proxy that routes by path.
   *
   * @default '' no base path
   */
  readonly basePath?: string;
  /** Seed of streams whose name does not give one; an integer from 0. @default 1 */
  readonly seed?: number;
  /**
   * A seed of 16 to 4,096 bytes that the server keeps secret, in place of `seed`. Names show only a hash of it, and a reader of
   * part of a stream can't work out the rest. @default none
   */
  readonly secretSeed?: Uint8Array | undefined;
  /** Messages a second for clients that ask for no rate; Infinity means as fast as they take them. @default 10 */
  readonly ratePerSecond?: number;
  /** Ping interval in milliseconds; a client that is silent for two of them is lost. @default 15000 */
  readonly heartbeatMs?: number;
  /** Threads that make messages ahead of fast clients, 0 to 64. @default one fewer than there are cores, at most 4 */
  readonly encoders?: number;
  /**
   * Processes that share the port, 1 to 64, or as many as there are cores (`auto`). Encoders are shared out among them.
   *
   * @default 1 this process alone
   */
  readonly workers?: number | 'auto';
  /** Faults to make on every connection, such as `delay=100ms,cut=5s,drop=1%,seed=7`. @default none */
  readonly chaos?: string;
  /** The token that every client must bring; 1 to 512 visible ASCII characters. It is never shown. @default no token is needed */
  readonly accessToken?: string | undefined;
  /**
   * The token of whoever may ask a client to leave. It opens all that the access token does, and differs from it; it is shown
   * nowhere. @default nobody may
   */
  readonly adminToken?: string | undefined;
  /** Allows listening without an access token on an address that others can reach. @default false */
  readonly allowPublic?: boolean;
  /** Origins, besides the server's own, whose pages may connect, such as `https://example.org`. @default none */
  readonly allowOrigins?: readonly string[];
  /** The most clients connected at a time; an integer from 1. @default 16384 */
  readonly maxClients?: number;
  /** The most clients connected at a time from one IPv4 address or IPv6 /64 network. @default 12288 */
  readonly maxClientsPerAddress?: number;
  /** Certificate and key in PEM. With them the server speaks only wss:// and https://. @default no TLS */
  readonly tls?: TlsPair | undefined;
  /** Called with every event, in order. It must not throw. */
  readonly onEvent?: (event: ServerEvent) => void;
}

/** Every option, resolved. */
export type ServeSettings = Required<Omit<ServeOptions, 'onEvent' | 'workers'>>;

const DEFAULTS = {
  ...{ host: '127.0.0.1', port: 8000, seed: 1, ratePerSecond: 10, heartbeatMs: 15_000 },
  encoders: Math.min(availableParallelism() - 1, 4),
  chaos: '',
  basePath: '',
  accessToken: undefined,
  adminToken: undefined,
  secretSeed: undefined,
  allowPublic: false,
  maxClients: ACCESS_LIMITS.clients as number,
  maxClientsPerAddress: ACCESS_LIMITS.clientsPerAddress as number,
  allowOrigins: [],
  tls: undefined,
};
const MAXIMUM_ENCODERS = 64;

/** Fills in the defaults. @throws UsageError for an option that is out of bounds */
export function resolveServeOptions({ onEvent: _, workers: __, ...given }: ServeOptions): ServeSettings {
  const settings = { ...DEFAULTS, ...given };
  checkSettings(settings);
  return settings;
}

function checkSettings(settings: ServeSettings): void {
  for (const name of ['maxClients', 'maxClientsPerAddress'] as const) {
    const value = settings[name];
    if (!(Number.isSafeInteger(value) && value >= 1))
      throw badOption(name, 'an integer from 1', String(value));
  }
  const { accessToken, adminToken } = settings;
  if (adminToken !== undefined && adminToken === accessToken) {
    throw new UsageError('conflicting_option', 'adminToken', (nameOf) => {
      const differ = `${nameOf('adminToken')} must differ from ${nameOf('accessToken')}`;
      return `${differ}, which every client brings`;
    });
  }
  const { host, seed, ratePerSecond, heartbeatMs, encoders } = settings;
  if (!isLoopback(host) && settings.accessToken === undefined && !settings.allowPublic) {
    const where = host === '' ? 'every address' : host;
    throw new UsageError('missing_option', 'accessToken', (nameOf) => {
      const needed = `an access token (${nameOf('accessToken')}), or ${nameOf('allowPublic')}`;
      return `${nameOf('host')}: to listen on ${where}, which is not loopback, needs ${needed}`;
    });
  }
  if (!Number.isSafeInteger(seed) || seed < 0) throw badOption('seed', 'an integer from 0', String(seed));
  if (!(ratePerSecond > 0)) throw badOption('ratePerSecond', 'above 0', String(ratePerSecond));
  if (!(heartbeatMs > 0 && Number.isFinite(heartbeatMs))) {
    throw badOption('heartbeatMs', 'a number above 0', String(heartbeatMs));
  }
  if (!Number.isSafeInteger(encoders) || encoders < 0 || encoders > MAXIMUM_ENCODERS) {
    throw badOption('encoders', `an integer from 0 to ${MAXIMUM_ENCODERS}`, String(encoders));
  }
}
