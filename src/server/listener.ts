import {
  createServer as createHttpServer,
  type Server as HttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { systemHost } from '../transport/host.ts';
import type { TurnTaker } from '../transport/turns.ts';
import { UsageError } from '../wording/usage-error.ts';
import { ACCESS_LIMITS } from './access-limits.ts';
import type { BasePath } from './base-path.ts';
import type { ConnectionLimits } from './connection-limits.ts';
import { type HttpAnswer, respond, respondOnSocket } from './http-answer.ts';
import { answerHttp } from './plain-http.ts';
import { checkTlsPair, type TlsPair } from './tls-pair.ts';

// How long a handshake may take `ConnectionLimits` looks after. Node would end thousands that are late all at once.
const OPTIONS = { headersTimeout: 0, requestTimeout: 0, maxHeaderSize: ACCESS_LIMITS.headerBytes };
const TLS_OPTIONS = { handshakeTimeout: 2 * ACCESS_LIMITS.socketMs };

/** What a handshake is answered with that takes too long. */
export const TOO_LATE = 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n';

/**
 * Connections that may wait to be accepted; Linux allows 4096 unless told otherwise. Of Node's 511, thousands that dial at once
 * fill it, and one whose last step is lost comes in 15 s later, when its client has long dialled again.
 */
const BACKLOG = 4096;

/** What a listener is made from. */
export interface ListenerOptions {
  /** undefined speaks without TLS. */
  readonly tls: TlsPair | undefined;
  readonly basePath: BasePath;
  readonly limits: ConnectionLimits;
  /** Called for each request that asks to become a WebSocket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, turns: TurnTaker): void;
}

/** Listens for handshakes, over TLS or not, and answers whatever is none. */
export class Listener {
  readonly #server: HttpServer | HttpsServer;
  readonly #secure: HttpsServer | undefined;
  readonly #limits: ConnectionLimits;
  readonly #basePath: BasePath;

  /** @throws UsageError for a pair that can't be used */
  constructor({ tls, basePath, limits, upgrade }: ListenerOptions) {
    this.#limits = limits;
    this.#basePath = basePath;
    const answer = (request: IncomingMessage, response: ServerResponse) => {
      respond(response, this.#answer(request), request.method !== 'HEAD');
    };
    if (tls !== undefined) {
      checkTlsPair(tls);
      this.#secure = createHttpsServer({ ...OPTIONS, ...TLS_OPTIONS, ...tls }, answer);
    }
    this.#server = this.#secure ?? createHttpServer(OPTIONS, answer);
    this.#server.maxHeadersCount = 0; // else Node leaves out those beyond 2,000, and a second Host with them
    this.#server.on('connection', (socket) => limits.opened(socket));
    this.#server.on('upgrade', (request, socket, head) => {
      socket.on('error', () => {}); // it may vanish at any moment
      if (!asksForWebSocket(request)) {
        return respondOnSocket(socket, this.#answer(request), request.method !== 'HEAD');
      }
      limits.asked(request.socket);
      const turns = limits.turns(request.socket.remoteAddress);
      // By turns: hundreds may come at once.
      systemHost.turns.add(() => {
        if (!socket.destroyed) upgrade(request, socket, head, turns);
        return false;
      }, turns);
    });
  }

  get url(): string {
    const { address, family, port } = this.#server.address() as AddressInfo;
    return this.#urlOf(`${family === 'IPv6' ? `[${address}]` : address}:${port}`);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async listen(port: number, host: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ port, host, backlog: BACKLOG }, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
  }

  /**
   * Uses another pair for every connection from now on.
   *
   * @throws UsageError for a pair that can't be used; the old one stays
   */
  setTls(pair: TlsPair): void {
    if (this.#secure === undefined) {
      throw new UsageError(
        'conflicting_option',
        'tls',
        () => 'a server that began without TLS goes on without',
      );
    }
    checkTlsPair(pair);
    this.#secure.setSecureContext({ ...pair });
  }

  /** Accepts no more, and drops what has not become a WebSocket. */
  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
    this.#limits.close();
  }

  #urlOf(host: string): string {
    return `${this.#secure === undefined ? 'ws' : 'wss'}://${host}${this.#basePath.prefix}`;
  }

  #answer(request: IncomingMessage): HttpAnswer {
    const { host } = request.headers;
    return answerHttp(request, host === undefined ? this.url : this.#urlOf(host), this.#basePath);
  }
}

/** Some ask for HTTP/2 in the same breath, as Java's client does by itself; who is not understood may be answered as if not. */
function asksForWebSocket({ headers }: IncomingMessage): boolean {
  return (headers.upgrade ?? '')
    .toLowerCase()
    .split(',')
    .some((each) => each.trim() === 'websocket');
}
