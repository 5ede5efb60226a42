import {
  createServer as createHttpServer,
  type Server as HttpServer,
  type IncomingMessage,
  ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex, Readable } from 'node:stream';
import type { WebSocketAcceptor } from '../carriage/websocket/acceptor.ts';
import type { ChaosSockets } from '../chaos/chaos-socket.ts';
import { systemHost } from '../host/host.ts';
import type { TurnTaker } from '../host/turns.ts';
import { LIMITS } from '../session/limits.ts';
import { UsageError } from '../wording/usage-error.ts';
import type { ConnectionLimits } from './clients/connection-limits.ts';
import { ACCESS_LIMITS } from './options/access-limits.ts';
import type { BasePath } from './options/base-path.ts';
import { checkTlsPair, type TlsPair } from './options/tls-pair.ts';
import { bodyOnSocket } from './request/body.ts';
import { type Request, requestOf } from './request/request.ts';
import { httpVisit, type Visit, webSocketVisit } from './request/visit.ts';

// How long a handshake may take `ConnectionLimits` looks after. Node would end thousands that are late all at once.
const OPTIONS = { headersTimeout: 0, requestTimeout: 0, maxHeaderSize: ACCESS_LIMITS.headerBytes };
const TLS_OPTIONS = { handshakeTimeout: 2 * ACCESS_LIMITS.socketMs };

/** Answers a socket whose handshake takes too long, and is dropped soon. */
export function tellTooLate(socket: Socket): void {
  socket.end('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n');
}

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
  readonly acceptor: WebSocketAcceptor;
  /** What goes wrong on purpose between a connection and its socket. */
  readonly chaos: ChaosSockets | undefined;
  /** Called for each request. */
  receive(visit: Visit): void;
}

/** Listens, over TLS or not, and makes visits of requests. */
export class Listener {
  readonly #server: HttpServer | HttpsServer;
  readonly #secure: HttpsServer | undefined;
  readonly #options: ListenerOptions;
  #closed = false;

  /** @throws UsageError for a pair that can't be used */
  constructor(options: ListenerOptions) {
    this.#options = options;
    const { tls, limits } = options;
    const respond = (message: IncomingMessage, response: ServerResponse) => {
      this.#respond(message, response, message);
    };
    if (tls !== undefined) {
      checkTlsPair(tls);
      this.#secure = createHttpsServer({ ...OPTIONS, ...TLS_OPTIONS, ...tls }, respond);
    }
    this.#server = this.#secure ?? createHttpServer(OPTIONS, respond);
    this.#server.maxHeadersCount = 0; // else Node leaves out those beyond 2,000, and a second Host with them
    this.#server.on('connection', (socket) => limits.opened(socket));
    this.#server.on('upgrade', (message, socket, head) => this.#upgrade(message, socket, head));
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

  /** Accepts no more, and drops those on which nobody has asked for anything. */
  close(): void {
    this.#closed = true;
    this.#server.close();
    this.#options.limits.close();
  }

  /** Drops every connection that has not become a WebSocket. */
  drop(): void {
    this.#server.closeAllConnections();
  }

  #respond(message: IncomingMessage, response: ServerResponse, body: Readable | undefined): void {
    // A request behind another, whose answer may have no end. None was told that it may ask more than once.
    if (response.socket === null) {
      message.socket.destroy();
      return;
    }
    const { chaos, limits } = this.#options;
    const asked = () => limits.asked(message.socket);
    this.#take(message, message.socket, (turns) => {
      const harmed = chaos === undefined ? response : behindPath(response, chaos);
      return httpVisit(this.#request(message, false), { message, response: harmed, body, turns, asked });
    });
  }

  #upgrade(message: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', ignore); // it may vanish at any moment
    const { acceptor, chaos } = this.#options;
    if (!asksForWebSocket(message)) {
      // Node has no response for it, though whoever asks for HTTP/2 in passing takes one.
      const response = responseOn(message.socket, message);
      response.once('finish', () => message.socket.destroySoon());
      // Nobody reads on it any more; that its peer has gone shows all the same.
      socket.once('end', () => message.socket.destroySoon()).resume();
      return this.#respond(
        message,
        response,
        bodyOnSocket(message, socket, head, LIMITS.inboundMessageBytes),
      );
    }
    this.#take(message, socket, (turns) => {
      const harmed = chaos?.behind(socket, true) ?? socket;
      return webSocketVisit(this.#request(message, true), { message, socket: harmed, head, turns }, acceptor);
    });
  }

  /** Receives a visit by turns: hundreds may come at once. */
  #take(message: IncomingMessage, socket: Duplex, visit: (turns: TurnTaker) => Visit): void {
    const { limits, receive } = this.#options;
    if (message.method !== 'POST') limits.asked(message.socket); // the body of which is still to come
    const turns = limits.turns(message.socket.remoteAddress);
    systemHost.turns.add(() => {
      if (this.#closed) socket.destroy();
      if (socket.destroyed) return false;
      receive(visit(turns));
      return false;
    }, turns);
  }

  #request(message: IncomingMessage, upgrade: boolean): Request {
    const { host } = message.headers;
    return requestOf(message, upgrade, host === undefined ? this.url : this.#urlOf(host));
  }

  #urlOf(host: string): string {
    return `${this.#secure === undefined ? 'ws' : 'wss'}://${host}${this.#options.basePath.prefix}`;
  }
}

/** Some ask for HTTP/2 in the same breath, as Java's client does by itself; who is not understood may be answered as if not. */
function asksForWebSocket({ headers }: IncomingMessage): boolean {
  return (headers.upgrade ?? '')
    .toLowerCase()
    .split(',')
    .some((each) => each.trim() === 'websocket');
}

/** A response, with a path between it and its socket on which things go wrong. */
function behindPath(response: ServerResponse, chaos: ChaosSockets): ServerResponse {
  const { req } = response;
  response.detachSocket(req.socket);
  const socket = chaos.behind(req.socket, false);
  const harmed = responseOn(socket, req);
  harmed.once('finish', () => socket.end());
  return harmed;
}

/** A response that is the last one on its socket, which its own end does not end yet. */
function responseOn(socket: Duplex, message: IncomingMessage): ServerResponse {
  const response = new ServerResponse(message);
  response.shouldKeepAlive = false;
  response.assignSocket(socket as Socket); // it is only written to
  return response;
}

/** One for all sockets: ten thousand that are idle would keep as many. */
function ignore(): void {}
