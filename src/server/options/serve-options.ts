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
   * The path under which it answers, as in `/feeds`, so that streams are at `/feeds/users`: for a proxy that routes by path.
   *
   * @default '' all paths
   */
  readonly basePath?: string;
  /** Seed of streams whose name has none; an integer from 0. @default 1 */
  readonly seed?: number;
  /**
   * A seed that the server keeps to itself, 16 to 4,096 bytes, in place of `seed`: names show only a hash of it, and
   * who has read a part of a stream can't work out the rest. @default none
   */
  readonly secretSeed?: Uint8Array | undefined;
  /** Messages a second for clients that ask for no rate; Infinity is as fast as they take them. @default 10 */
  readonly ratePerSecond?: number;
  /** Ping interval in milliseconds; a client that is silent for two of them is lost. @default 15000 */
  readonly heartbeatMs?: number;
  /** Threads that make messages ahead of fast clients, 0 to 64. @default one less than there are cores, at most 4 */
  readonly encoders?: number;
  /** What goes wrong on purpose on every connection, as in `delay=100ms,cut=5s,drop=1%,seed=7`. @default nothing */
  readonly chaos?: string;
  /** What every client must bring; 1 to 512 visible ASCII characters. It is shown nowhere. @default no token is needed */
  readonly accessToken?: string | undefined;
  /** Listens without an access token on an address that others can reach, too. @default false */
  readonly allowPublic?: boolean;
  /** Origins of pages that may connect besides the server's own, as in `https://example.org`. @default none */
  readonly allowOrigins?: readonly string[];
  /** Clients that may be connected at a time; an integer from 1. @default 16384 */
  readonly maxClients?: number;
  /** Clients that may be connected at a time from one address (IPv4) or network of 64 bits (IPv6). @default 12288 */
  readonly maxClientsPerAddress?: number;
  /** Certificate and key, in PEM: it then speaks wss:// alone. @default ws:// */
  readonly tls?: TlsPair | undefined;
  /** Told of everything that happens, in order. It must not throw. */
  readonly onEvent?: (event: ServerEvent) => void;
}

/** Every option, resolved. */
export type ServeSettings = Required<Omit<ServeOptions, 'onEvent'>>;

const DEFAULTS = {
  ...{ host: '127.0.0.1', port: 8000, seed: 1, ratePerSecond: 10, heartbeatMs: 15_000 },
  encoders: Math.min(availableParallelism() - 1, 4),
  chaos: '',
  basePath: '',
  accessToken: undefined,
  secretSeed: undefined,
  allowPublic: false,
  maxClients: ACCESS_LIMITS.clients as number,
  maxClientsPerAddress: ACCESS_LIMITS.clientsPerAddress as number,
  allowOrigins: [],
  tls: undefined,
};
const MAXIMUM_ENCODERS = 64;

/** @throws UsageError for an option that is out of its bounds */
export function resolveServeOptions({ onEvent: _, ...given }: ServeOptions): ServeSettings {
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
