import {
  createServer as createHttpServer,
  type Server as HttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { createSecureContext } from 'node:tls';
import { StreamError } from '../stream/stream-error.ts';
import { ACCESS_LIMITS } from './access-limits.ts';
import type { ConnectionLimits } from './connection-limits.ts';

/** A certificate, with those between it and its authority behind it, and its private key: both in PEM. */
export interface TlsPair {
  readonly cert: string;
  readonly key: string;
}

// Slow handshakes are dropped early: Node's own limits are a minute, and two for TLS.
const { handshakeMs, headerBytes } = ACCESS_LIMITS;
const OPTIONS = {
  headersTimeout: handshakeMs,
  requestTimeout: handshakeMs,
  connectionsCheckingInterval: 1000,
  maxHeaderSize: headerBytes,
};
const TLS_OPTIONS = { handshakeTimeout: handshakeMs };

/**
 * Connections that may wait to be accepted; Linux allows 4096 unless told otherwise. Of Node's 511, thousands that dial at once
 * fill it, and one whose last step is lost comes in 15 s later, when its client has long dialled again.
 */
const BACKLOG = 4096;

/** Listens for handshakes, over TLS or not, and answers whatever is none. */
export class Listener {
  readonly #server: HttpServer | HttpsServer;
  readonly #secure: HttpsServer | undefined;
  readonly #limits: ConnectionLimits;

  /** @throws StreamError for a pair that can't be used */
  constructor(
    tls: TlsPair | undefined,
    limits: ConnectionLimits,
    upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void,
  ) {
    this.#limits = limits;
    const answer = (request: IncomingMessage, response: ServerResponse) => this.#answer(request, response);
    if (tls !== undefined) {
      checkPair(tls);
      this.#secure = createHttpsServer({ ...OPTIONS, ...TLS_OPTIONS, ...tls }, answer);
    }
    this.#server = this.#secure ?? createHttpServer(OPTIONS, answer);
    this.#server.maxHeadersCount = 0; // else Node leaves out those beyond 2,000, and a second Host with them
    this.#server.on('connection', (socket) => limits.opened(socket));
    this.#server.on('upgrade', (request, socket, head) => {
      limits.asked(request.socket);
      upgrade(request, socket, head);
    });
  }

  get url(): string {
    const { address, family, port } = this.#server.address() as AddressInfo;
    return `${this.#scheme}://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
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
   * @throws StreamError for a pair that can't be used; the old one stays
   */
  setTls(pair: TlsPair): void {
    if (this.#secure === undefined) {
      throw new StreamError('bad_parameter', 'a server that began without TLS goes on without');
    }
    checkPair(pair);
    this.#secure.setSecureContext({ ...pair });
  }

  /** Accepts no more, and drops what has not become a WebSocket. */
  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
    this.#limits.close();
  }

  get #scheme(): string {
    return this.#secure === undefined ? 'ws' : 'wss';
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const headers = {
      connection: 'upgrade, close', // a socket on which nobody upgrades has its time, and no more
      upgrade: 'websocket',
      'content-type': 'text/plain; charset=utf-8',
    };
    const { host } = request.headers;
    const url = host === undefined ? this.url : `${this.#scheme}://${host}`;
    response
      .writeHead(426, headers)
      .end(`This is a Tidemark server: connect to ${url}/users by WebSocket.\n`);
  }
}

function checkPair(pair: TlsPair): void {
  try {
    createSecureContext({ ...pair });
  } catch (error) {
    const reason = (error as Error).message;
    throw new StreamError('bad_parameter', `the TLS certificate and key can't be used: ${reason}`);
  }
}
