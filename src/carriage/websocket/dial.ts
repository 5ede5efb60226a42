import { randomBytes } from 'node:crypto';
import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { connect as connectTcp, isIP, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { systemHost } from '../../host/host.ts';
import type { Connection, DialListener, DialRequest } from '../connection.ts';
import { type DialError, failureOf, hungUp, isSecure, otherScheme, refusal } from '../dial-failure.ts';
import { readRefusal } from '../refusal-body.ts';
import { speaksTls } from '../tls-probe.ts';
import { DialledConnection, type DialledLimits } from './dialled-connection.ts';
import { answerFault } from './handshake.ts';
import { HandshakeSocket } from './handshake-socket.ts';

/** Options that all connections to one server share. */
export interface DialOptions extends DialledLimits {
  /** The `Authorization` header. @default none */
  readonly authorization?: string | undefined;
  /** PEM certificates to trust in place of the system's. @default the system's */
  readonly ca?: string | undefined;
}

/** Opens a WebSocket as a client, without compression. */
export function dialWebSocket(
  dialled: DialRequest,
  options: DialOptions,
  listener: DialListener,
): Connection {
  return new Dialling(dialled, options, listener);
}

/** A connection during its handshake; afterwards it delegates to the connection that resulted. */
class Dialling implements Connection {
  readonly #dialled: DialRequest;
  readonly #listener: DialListener;
  readonly #request: ClientRequest;
  #connection: DialledConnection | undefined;
  #over = false;

  constructor(dialled: DialRequest, options: DialOptions, listener: DialListener) {
    this.#dialled = dialled;
    this.#listener = listener;
    const key = randomBytes(16).toString('base64');
    let socket: HandshakeSocket | undefined;
    this.#request = requestHttp({
      ...targetOf(dialled.url),
      headers: headersOf(dialled, options, key),
      createConnection: () => {
        socket = new HandshakeSocket((onread) => openSocket(dialled.url, options.ca, onread));
        return socket;
      },
    });
    this.#request.on('error', (error) => this.#fail(error));
    this.#request.on('response', (response) => this.#refused(response));
    this.#request.on('upgrade', ({ headers }, _, head) => {
      if (socket === undefined || this.#over) return;
      const fault = answerFault(headers, key, dialled.subprotocol);
      if (fault !== undefined) {
        this.#fail(new Error(fault));
        socket.destroy();
        return;
      }
      this.#connection = new DialledConnection(socket, head, options, listener);
      listener.opened(headers['sec-websocket-protocol']);
      this.#connection.begin();
    });
    this.#request.end();
  }

  sendText(text: string): void {
    this.#connection?.sendText(text);
  }

  sendBytes(bytes: Uint8Array, text: boolean): void {
    this.#connection?.sendBytes(bytes, text);
  }

  ping(): void {
    this.#connection?.ping();
  }

  setReading(reading: boolean): void {
    this.#connection?.setReading(reading);
  }

  close(code: number, reason: string): void {
    if (this.#connection !== undefined) this.#connection.close(code, reason);
    else this.#request.destroy(new Error(GIVEN_UP));
  }

  terminate(): void {
    if (this.#connection !== undefined) this.#connection.terminate();
    else this.#request.destroy(new Error(GIVEN_UP));
  }

  #refused(response: IncomingMessage): void {
    if (this.#over) return;
    this.#over = true;
    readRefusal(response, (text) => {
      const { statusCode = 0, headers } = response;
      const { url } = this.#dialled;
      this.#listener.failed(refusal(statusCode, headers, text, url, systemHost.now().wallMs));
      this.#request.destroy();
    });
  }

  #fail(error: DialError): void {
    if (this.#over || this.#connection !== undefined) return;
    this.#over = true;
    const { url, probe = false } = this.#dialled;
    const failure = failureOf(error, url);
    if (!probe || !hungUp(error) || isSecure(url)) return this.#listener.failed(failure);
    speaksTls(url, (yes) => this.#listener.failed(yes ? otherScheme(url) : failure));
  }
}

const GIVEN_UP = 'the connection was closed before it was established';

/** Node's request options for a URL. */
function targetOf(url: string): object {
  const { hostname, port, pathname, search, username, password } = new URL(url);
  const auth = `${decoded(username)}:${decoded(password)}`;
  const defaultPort = isSecure(url) ? 443 : 80;
  return {
    host: bareHost(hostname),
    port: port === '' ? defaultPort : Number(port),
    defaultPort,
    path: `${pathname}${search}`,
    ...(auth === ':' ? {} : { auth }),
  };
}

function headersOf(
  { subprotocol }: DialRequest,
  { authorization }: DialOptions,
  key: string,
): Record<string, string> {
  return {
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': key,
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    ...(authorization === undefined ? {} : { Authorization: authorization }),
    ...(subprotocol === undefined ? {} : { 'Sec-WebSocket-Protocol': subprotocol }),
  };
}

/** Opens TCP or TLS. SNI carries the host's name, but never an IP address (RFC 6066, section 3). */
function openSocket(url: string, ca: string | undefined, onread: OnReadOpts): Socket {
  const { hostname, port } = new URL(url);
  const host = bareHost(hostname);
  const secure = isSecure(url);
  const options = { host, port: port === '' ? (secure ? 443 : 80) : Number(port), noDelay: true, onread };
  if (!secure) return connectTcp(options);
  const servername = isIP(host) === 0 ? host : '';
  return connectTls({ ...options, servername, ...(ca === undefined ? {} : { ca }) });
}

/** Strips the brackets around an IPv6 address. */
function bareHost(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

/** Percent-decodes a part of a URL; returns it unchanged if it is malformed. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
