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
import type { ConnectionLimits } from './clients/connection-limits.ts';
import { ACCESS_LIMITS } from './options/access-limits.ts';
import type { BasePath } from './options/base-path.ts';
import { hostOf, serverUrl } from './options/server-url.ts';
import { checkNextTlsPair, checkTlsPair, type TlsPair } from './options/tls-pair.ts';
import { bodyOnSocket } from './request/body.ts';
import { respond, respondOnSocket } from './request/http-answer.ts';
import { noTunnel, tooLate, unexpected, unreadable, wrongHosts } from './request/malformed.ts';
import { type Request, requestOf } from './request/request.ts';
import { httpVisit, type Visit, webSocketVisit } from './request/visit.ts';

const OPTIONS = {
  // `ConnectionLimits` enforces all deadlines: Node's own timeouts would end thousands of late handshakes all at once.
  headersTimeout: 0,
  requestTimeout: 0,
  keepAliveTimeout: 0,
  maxHeaderSize: ACCESS_LIMITS.headerBytes,
  requireHostHeader: false, // Node's own refusal has no body
};
const TLS_OPTIONS = { handshakeTimeout: 2 * ACCESS_LIMITS.socketMs };

/** Answers 408 on a socket whose handshake takes too long, shortly before it is dropped. */
export function tellTooLate(socket: Socket): void {
  respondOnSocket(socket, tooLate().problem);
}

/**
 * The backlog of connections to be accepted; Linux's default maximum is 4096. Node's default of 511 overflows when thousands dial
 * at once. A connection whose last ACK is dropped then gets in 15 s later, when its client has long dialled again.
 */
export const BACKLOG = 4096;

/** What a listener is made from. */
export interface ListenerOptions {
  /** Undefined for a server without TLS. */
  readonly tls: TlsPair | undefined;
  readonly basePath: BasePath;
  readonly limits: ConnectionLimits;
  readonly acceptor: WebSocketAcceptor;
  /** Makes faults between a connection and its socket. */
  readonly chaos: ChaosSockets | undefined;
  /** Called for each request. */
  receive(visit: Visit): void;
}

/** Listens, with or without TLS, and turns requests into visits. */
export class Listener {
  readonly #server: HttpServer | HttpsServer;
  readonly #secure: HttpsServer | undefined;
  readonly #options: ListenerOptions;
  /** The newest response of each socket. */
  readonly #responses = new WeakMap<Duplex, ServerResponse>();
  /** The address that another process listens on for this one. */
  #elsewhere: string | undefined;
  /** Sockets that it passed on. */
  readonly #taken = new Set<Socket>();
  #closed = false;

  /** @throws UsageError for a pair that can't be used */
  constructor(options: ListenerOptions) {
    this.#options = options;
    const { tls, limits } = options;
    const asked = (message: IncomingMessage, response: ServerResponse) => {
      this.#respond(message, response, message);
    };
    if (tls !== undefined) {
      checkTlsPair(tls);
      this.#secure = createHttpsServer({ ...OPTIONS, ...TLS_OPTIONS, ...tls }, asked);
    }
    this.#server = this.#secure ?? createHttpServer(OPTIONS, asked);
    this.#server.maxHeadersCount = 0; // no limit: Node would silently drop headers beyond 2,000, a second Host among them
    this.#server.on('connection', (socket) => limits.opened(socket));
    this.#server.on('upgrade', (message, socket, head) => this.#upgrade(message, socket, head));
    this.#server.on('clientError', (error, socket) => this.#unreadable(error, socket));
    this.#server.on('checkExpectation', (message, response) =>
      respond(response, unexpected(message).problem),
    );
    this.#server.on('connect', (_, socket) => {
      socket.on('error', ignore);
      respondOnSocket(socket, noTunnel().problem);
    });
  }

  get url(): string {
    if (this.#elsewhere !== undefined) return this.#elsewhere;
    return this.#urlOf(hostOf(this.#server.address() as AddressInfo));
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

  /** Listens nowhere: another process accepts sockets at this URL, and passes them on. */
  listenElsewhere(url: string): void {
    this.#elsewhere = url;
  }

  /** Serves a socket that another process has accepted, and not read from. */
  take(socket: Socket): void {
    if (this.#closed) {
      socket.destroy();
      return;
    }
    socket.allowHalfOpen = true; // as that of a socket accepted here
    this.#taken.add(socket);
    socket.on('close', () => this.#taken.delete(socket));
    this.#server.emit('connection', socket);
  }

  /**
   * Uses another pair for new connections.
   *
   * @throws UsageError for a pair that can't be used; the old one stays
   */
  setTls(pair: TlsPair): void {
    checkNextTlsPair(this.#secure !== undefined, pair);
    this.#secure?.setSecureContext({ ...pair });
  }

  /** Stops accepting, and drops connections on which no request has arrived. */
  close(): void {
    this.#closed = true;
    this.#server.close();
    this.#options.limits.close();
  }

  /** Drops every connection that is not a WebSocket. */
  drop(): void {
    this.#server.closeAllConnections();
    for (const socket of this.#taken) socket.destroy();
  }

  #respond(message: IncomingMessage, response: ServerResponse, body: Readable | undefined): void {
    // A pipelined request would wait for a response that may be endless. A connection that is kept is for one request at a time.
    if (response.socket === null) {
      message.socket.destroy();
      return;
    }
    this.#responses.set(message.socket, response);
    const malformed = wrongHosts(message);
    if (malformed !== undefined)
      return respond(response, malformed.problem, { withBody: message.method !== 'HEAD' });
    const { chaos, limits } = this.#options;
    const asked = () => limits.asked(message.socket);
    this.#take(message, message.socket, (turns) => {
      const harmed = chaos === undefined ? response : behindPath(response, chaos);
      this.#responses.set(message.socket, harmed);
      return httpVisit(this.#request(message, false), { message, response: harmed, body, turns, asked });
    });
  }

  #upgrade(message: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', ignore); // peers vanish
    const { acceptor, chaos } = this.#options;
    if (!asksForWebSocket(message)) {
      // Node makes no response for a request with `Upgrade`, though a client that merely offers HTTP/2 expects one.
      const response = responseOn(message.socket, message);
      response.once('finish', () => message.socket.destroySoon());
      // Node has stopped reading the socket; reading it shows when the peer has gone.
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

  /** Answers a request that can't be parsed. Behind another request, whose answer it would be taken for, it only ends the connection. */
  #unreadable(error: Error, socket: Duplex): void {
    if (socket.writableEnded) return; // the rest of a request that was answered so
    const response = this.#responses.get(socket);
    const isOwnBody = response !== undefined && !response.req.complete && !response.headersSent;
    const isFirst = response === undefined || response.writableFinished;
    if (socket.writable && (isFirst || isOwnBody)) respondOnSocket(socket, unreadable(error).problem);
    else socket.destroy();
  }

  /** Receives each visit in a turn, since hundreds may come at once. */
  #take(message: IncomingMessage, socket: Duplex, visit: (turns: TurnTaker) => Visit): void {
    const { limits, receive } = this.#options;
    if (message.method === 'POST')
      limits.asking(message.socket); // it is complete only with its body
    else limits.asked(message.socket);
    const turns = limits.turns(message.socket.remoteAddress);
    systemHost.turns.add(() => {
      if (this.#closed) socket.destroy();
      if (socket.destroyed || socket.writableEnded) return false;
      receive(visit(turns));
      return false;
    }, turns);
  }

  #request(message: IncomingMessage, upgrade: boolean): Request {
    const { host } = message.headers;
    return requestOf(message, upgrade, host === undefined ? this.url : this.#urlOf(host));
  }

  #urlOf(host: string): string {
    return serverUrl(host, this.#secure !== undefined, this.#options.basePath);
  }
}

/** Whether `Upgrade` names a WebSocket. Others may be ignored (RFC 9110, section 7.8): Java's client always offers h2c, for example. */
function asksForWebSocket({ headers }: IncomingMessage): boolean {
  return (headers.upgrade ?? '')
    .toLowerCase()
    .split(',')
    .some((each) => each.trim() === 'websocket');
}

/** Moves a response behind a path that makes faults. */
function behindPath(response: ServerResponse, chaos: ChaosSockets): ServerResponse {
  const { req } = response;
  response.detachSocket(req.socket);
  const socket = chaos.behind(req.socket, false);
  const harmed = responseOn(socket, req);
  harmed.once('finish', () => socket.end());
  return harmed;
}

/** Creates the last response on a socket. The caller ends the socket. */
function responseOn(socket: Duplex, message: IncomingMessage): ServerResponse {
  const response = new ServerResponse(message);
  response.shouldKeepAlive = false;
  response.assignSocket(socket as Socket); // it is only written to
  return response;
}

/** One function for all sockets, so that ten thousand idle ones don't hold one each. */
function ignore(): void {}
