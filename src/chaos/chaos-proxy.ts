import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { redactedUrl } from '../wording/secrets.ts';
import { badOption } from '../wording/usage-error.ts';
import { ChaosPath, type FaultEvent } from './chaos-path.ts';
import { eventFaults, type FaultSpec, parseFaultSpec } from './fault/fault-spec.ts';

/** The events of a proxy: the objects of `tidemark chaos --json`, without the time stamp `at`. */
export type ChaosEvent =
  | { readonly event: 'listening'; readonly url: string; readonly to: string; readonly chaos: string }
  | { readonly event: 'connect'; readonly connection: number; readonly remote: string }
  | FaultEvent
  | { readonly event: 'disconnect'; readonly connection: number; readonly error: string | null };

export interface ChaosProxyOptions {
  /** Where clients connect, as in `127.0.0.1:9000`; port 0 takes a free one. @default '127.0.0.1:0' */
  readonly listen?: string;
  /** The server, as a ws://, wss://, http:// or https:// URL; its path is ignored. */
  readonly to: string;
  /** What goes wrong, as in `delay=100ms,cut=5s,drop=1%,seed=7`. @default nothing */
  readonly chaos?: string;
  /** Called with everything that happens, in order. It must not throw. */
  readonly onEvent?: (event: ChaosEvent) => void;
}

export interface ChaosProxy {
  /** What clients connect to instead of the server. */
  readonly url: string;
  /** Breaks all connections off, and stops listening. */
  close(): Promise<void>;
}

/**
 * Starts a proxy that does harm on purpose, on a seeded schedule.
 *
 * @throws UsageError for a bad `listen`, `to` or `chaos`; rejects with the system's error if it can't listen
 */
export async function startChaosProxy(options: ChaosProxyOptions): Promise<ChaosProxy> {
  const { listen = '127.0.0.1:0', to, chaos = '', onEvent = () => {} } = options;
  const spec = parseFaultSpec(chaos);
  const target = parseTarget(to);
  const [eventFault] = eventFaults(spec);
  if (eventFault !== undefined && target.scheme === 'ws') {
    const expected = `before a server that sends events, as http:// or https://, for ${eventFault}, which harms their ids`;
    throw badOption('to', expected, redactedUrl(to));
  }
  const proxy = new RunningProxy(spec, target, onEvent);
  await proxy.listen(parseAddress(listen));
  onEvent({ event: 'listening', url: proxy.url, to: redactedUrl(to), chaos });
  return proxy;
}

interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

interface Target extends HostAndPort {
  /** Of what clients speak to it, as far as it is said. */
  readonly scheme: 'ws' | 'http';
  readonly tls: boolean;
}

class RunningProxy implements ChaosProxy {
  readonly #spec: FaultSpec;
  readonly #target: Target;
  readonly #tell: (event: ChaosEvent) => void;
  readonly #server: Server;
  readonly #open = new Set<() => void>();
  #connections = 0;
  #streams = 0;

  constructor(spec: FaultSpec, target: Target, tell: (event: ChaosEvent) => void) {
    this.#spec = spec;
    this.#target = target;
    this.#tell = tell;
    this.#server = createServer({ noDelay: true }, (client) => this.#accept(client));
  }

  async listen({ host, port }: HostAndPort): Promise<void> {
    this.#server.listen(port, host);
    await once(this.#server, 'listening'); // rejects on 'error'
  }

  get url(): string {
    const { address, family, port } = this.#server.address() as AddressInfo;
    return `${this.#target.scheme}://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  }

  async close(): Promise<void> {
    this.#server.close();
    for (const cut of this.#open) cut();
    if (this.#server.listening) await once(this.#server, 'close');
  }

  #accept(client: Socket): void {
    const connection = ++this.#connections;
    this.#tell({ event: 'connect', connection, remote: `${client.remoteAddress}:${client.remotePort}` });
    const server = dial(this.#target);
    let error: string | null = null;
    const cut = () => {
      client.resetAndDestroy();
      server.destroy();
    };
    const path = new ChaosPath(this.#spec, connection, {
      tell: this.#tell,
      countStream: () => ++this.#streams,
      cut,
      end: () => server.destroy(),
    });
    this.#open.add(cut);
    client.pipe(path.up).pipe(server);
    server.pipe(path.down).pipe(client);
    for (const socket of [client, server]) {
      socket.on('error', ({ message }) => {
        error ??= message;
      });
    }
    server.on('close', () => {
      if (!path.halfOpen) path.down.end();
      leave();
    });
    client.on('close', () => {
      if (!path.halfOpen) server.destroySoon();
      leave();
    });
    const leave = () => {
      if (!client.closed || !server.closed || !this.#open.delete(cut)) return;
      path.close();
      this.#tell({ event: 'disconnect', connection, error });
    };
  }
}

function dial({ host, port, tls }: Target): Socket {
  return tls ? connectTls({ host, port, servername: host }) : connect({ host, port, noDelay: true });
}

function parseTarget(text: string): Target {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['ws:', 'wss:', 'http:', 'https:'].includes(url.protocol)) {
    throw badOption('to', 'a ws://, wss://, http:// or https:// URL', redactedUrl(text));
  }
  const tls = ['wss:', 'https:'].includes(url.protocol);
  const scheme = url.protocol.startsWith('ws') ? 'ws' : 'http';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return { scheme, host, port: Number(url.port || (tls ? 443 : 80)), tls };
}

function parseAddress(text: string): HostAndPort {
  const [, host = '', port = ''] = /^(\[[^\]]+\]|[^:[\]]*):(\d{1,5})$/.exec(text) ?? [];
  if (port === '' || Number(port) > 65_535) throw badOption('listen', 'HOST:PORT as in 127.0.0.1:9000', text);
  return { host: host === '' ? '127.0.0.1' : host.replace(/^\[|\]$/g, ''), port: Number(port) };
}
