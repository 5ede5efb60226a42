import type { IncomingMessage } from 'node:http';
import {
  connect as connectTcp,
  isIP,
  type NetConnectOpts,
  type Socket,
  type TcpNetConnectOpts,
} from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { WebSocket } from 'ws';
import { systemHost } from '../../host/host.ts';
import { MessageBatch } from '../../measure/message-batch.ts';
import type { Connection, DialListener, DialRequest } from '../connection.ts';
import { type DialError, failureOf, hungUp, otherScheme, refusal } from '../dial-failure.ts';
import { speaksTls } from '../tls-probe.ts';
import { FrameSocket } from './frame-socket.ts';
import { DialledConnection } from './websocket-connection.ts';

/** The most that is read of the text of a refusal. */
const REFUSAL_BYTES = 1024;

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
