import type { IncomingMessage } from 'node:http';
import { connect as connectTcp, isIP, type NetConnectOpts, Socket, type TcpNetConnectOpts } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { WebSocket, WebSocketServer } from 'ws';
import { systemHost } from '../../host/host.ts';
import type { TurnTaker } from '../../host/turns.ts';
import { MessageBatch } from '../../measure/message-batch.ts';
import type {
  Connection,
  ConnectionListener,
  DialListener,
  DialRequest,
  FrameConnection,
} from '../connection.ts';
import { type DialError, failureOf, hungUp, otherScheme, refusal } from '../dial-failure.ts';
import { speaksTls } from '../tls-probe.ts';
import { AcceptedEvents, tellEvents } from './accepted-events.ts';
import { FrameSocket } from './frame-socket.ts';
import { handshakeFault } from './handshake.ts';
import { SlicedSocket, type SlicedSocketLimits } from './sliced-socket.ts';
import { AcceptedConnection, DialledConnection } from './websocket-connection.ts';

/** WebSocket connections by `ws`, on both ends, without compression. */

/** The most that is read of the text of a refusal. */
const REFUSAL_BYTES = 1024;

const NO_BYTES = Buffer.alloc(0);

/** What every connection to a server has in common. */
export interface DialOptions {
  readonly maximumMessageBytes: number;
  /** While so much waits to be sent, nothing is read. @default no bound */
  readonly mostUnsentBytes?: number;
  /** Sent as the header `Authorization`. @default nothing */
  readonly authorization?: string | undefined;
  /** Certificates in PEM that are trusted in place of the system's. @default the system's */
  readonly ca?: string | undefined;
}

/** Opens a connection as a client. */
export function dialWebSocket(
  { url, subprotocol, probe = false }: DialRequest,
  options: DialOptions,
  listener: DialListener,
): Connection {
  const offered = subprotocol === undefined ? [] : [subprotocol];
  let frames: FrameSocket | undefined;
  const socket = new WebSocket(url, offered, {
    perMessageDeflate: false,
    maxPayload: options.maximumMessageBytes,
    ...(options.authorization === undefined ? {} : { headers: { authorization: options.authorization } }),
    ...(options.ca === undefined ? {} : { ca: options.ca }),
    createConnection: (where: object) => {
      const open = url.startsWith('wss:') ? openTls : openTcp;
      frames = new FrameSocket(
        (onread) => open({ ...(where as TcpNetConnectOpts), onread }),
        options,
        (batch) => listener.messages(batch),
      );
      return frames;
    },
  });
  let picked: string | undefined;
  let open = false;
  let lastError: DialError | undefined;
  let answered = false;
  let ended = false;
  socket.on('upgrade', ({ headers }) => {
    // RFC 6455 lets a server pick none of the subprotocols that were offered, but `ws` takes that for an error:
    // so we fill in the answer that it waits for, and remember what the server really said.
    picked = headers['sec-websocket-protocol'];
    if (picked === undefined && subprotocol !== undefined) {
      headers['sec-websocket-protocol'] = subprotocol;
    }
  });
  socket.on('open', () => {
    open = true;
    listener.opened(picked);
    frames?.begin();
  });
  socket.on('message', (data, isBinary) => {
    listener.messages(MessageBatch.of(data as Buffer, !isBinary));
  });
  socket.on('unexpected-response', (request, response) => {
    answered = true;
    readRefusal(response, (text) => {
      const { statusCode = 0, headers } = response;
      listener.failed(refusal(statusCode, headers, text, url, systemHost.now().wallMs));
      request.destroy();
    });
  });
  socket.on('error', (error: DialError) => {
    lastError = error;
    frames?.handOver();
    if (!open || ended) return;
    const code = ownCloseCode(error);
    if (code === undefined) return;
    // The server may take its time to answer the close frame, which is on its way.
    ended = true;
    listener.closed(code, ownReason(error, options), true);
    setImmediate(() => socket.terminate());
  });
  socket.on('ping', () => listener.heard());
  socket.on('pong', () => listener.heard());
  socket.on('close', (code, reason) => {
    if (ended || answered) return;
    ended = true;
    if (open) {
      return listener.closed(
        code,
        reason.length === 0 ? (lastError?.message ?? '') : reason.toString(),
        false,
      );
    }
    const failure = failureOf(lastError, url);
    if (!probe || !hungUp(lastError) || !url.startsWith('ws:')) return listener.failed(failure);
    speaksTls(url, (yes) => listener.failed(yes ? otherScheme(url) : failure));
  });
  return new DialledConnection(socket, () => frames);
}

/** The code that this end closes with when what came breaks RFC 6455 or a limit; undefined for any other error. */
function ownCloseCode({ code }: DialError): number | undefined {
  if (!code?.startsWith('WS_ERR_')) return undefined;
  return OWN_CLOSE_CODES[code] ?? BROKEN_FRAME;
}

const BROKEN_FRAME = 1002;
const TOO_LARGE = 1009;
const OWN_CLOSE_CODES: Readonly<Record<string, number>> = {
  WS_ERR_INVALID_UTF8: 1007,
  WS_ERR_TOO_MANY_BUFFERED_PARTS: 1008,
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: TOO_LARGE,
};

function ownReason(error: DialError, { maximumMessageBytes }: DialOptions): string {
  switch (error.code) {
    case 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH':
      return `a message is larger than ${maximumMessageBytes} bytes`;
    case 'WS_ERR_INVALID_UTF8':
      return 'a text message is not UTF-8';
    default:
      return `a broken frame came: ${error.message}`;
  }
}

/** As `ws` does it. */
function openTcp(options: TcpNetConnectOpts): Socket {
  return connectTcp({ ...options, path: undefined, noDelay: true } as NetConnectOpts);
}

/** As `ws` does it: the server is asked for by its name, unless that is an address. */
function openTls({ host = '', ...options }: TcpNetConnectOpts): Socket {
  const servername = isIP(host) === 0 ? host : '';
  return connectTls({ servername, ...options, host, path: undefined, noDelay: true } as ConnectionOptions);
}

/** Accepts connections on the upgrades of an HTTP server. */
export class WebSocketAcceptor {
  readonly #server: WebSocketServer;

  readonly #limits: SlicedSocketLimits;

  /**
   * While more waits to be sent on a connection than `options` say, nothing is read from it.
   *
   * @param options.closingMs how long a peer has to answer a close frame, which comes behind all that it has still to read
   */
  constructor(options: {
    subprotocol: string;
    maximumMessageBytes: number;
    mostUnsentBytes: number;
    mostUnsentAnswers: number;
    closingMs: number;
  }) {
    const { maximumMessageBytes: mostMessageBytes, mostUnsentBytes, mostUnsentAnswers } = options;
    this.#limits = { mostMessageBytes, mostUnsentBytes, mostUnsentAnswers };
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: options.maximumMessageBytes,
      WebSocket: acceptedWebSocket(`a message is larger than ${options.maximumMessageBytes} bytes`),
      autoPong: false, // AcceptedEvents does that
      ...{ closeTimeout: options.closingMs }, // not in its types
      handleProtocols: (offered) => (offered.has(options.subprotocol) ? options.subprotocol : false),
    });
  }

  /** Completes the handshake, or answers what is wrong with it; `accepted` is called only in the first case. */
  accept(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    turns: TurnTaker,
    accepted: (connection: FrameConnection) => ConnectionListener,
  ): void {
    const fault = handshakeFault(request);
    if (fault !== undefined) return refuse(socket, fault);
    if (socket instanceof Socket) {
      socket.setTimeout(0);
      socket.setNoDelay();
    }
    const sliced = new SlicedSocket(socket, head, this.#limits, turns);
    this.#server.handleUpgrade(request, sliced, NO_BYTES, (webSocket) =>
      begin(webSocket, sliced, new AcceptedConnection(webSocket, sliced, socket, turns), socket, accepted),
    );
  }
}

/** `ws` closes what is too large with a code and no reason; a class, so that connections share the method. */
function acceptedWebSocket(tooLarge: string): typeof WebSocket {
  return class extends WebSocket {
    override close(code?: number, reason?: string | Buffer): void {
      super.close(code, reason ?? (code === TOO_LARGE ? tooLarge : undefined));
    }
  };
}

/** Apart from the handshake, so that what stays with the connection does not keep the request alive. */
function begin(
  webSocket: WebSocket,
  sliced: SlicedSocket,
  connection: FrameConnection,
  socket: Duplex,
  accepted: (connection: FrameConnection) => ConnectionListener,
): void {
  const events = new AcceptedEvents(webSocket, sliced, accepted(connection));
  sliced.takeTexts(events);
  tellEvents(events, webSocket, socket);
}

function refuse(socket: Duplex, sentence: string): void {
  const body = `${sentence}\n`;
  const head = ['HTTP/1.1 400 Bad Request', 'Content-Type: text/plain; charset=utf-8', 'Connection: close'];
  socket.end([...head, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n'));
}

function readRefusal(response: IncomingMessage, done: (text: string) => void): void {
  let text = '';
  const finish = () => {
    response.removeAllListeners('data');
    done(text.slice(0, REFUSAL_BYTES).trim());
  };
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => {
    text += chunk;
    if (text.length > REFUSAL_BYTES) response.destroy();
  });
  response.once('close', finish);
}
