import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TurnTaker } from '../../host/turns.ts';
import type { ConnectionListener, FrameConnection } from '../connection.ts';
import { AcceptedConnection, type AcceptedRules } from './accepted-connection.ts';
import { acceptance, handshakeFault, VERSIONS } from './handshake.ts';

/** The HTTP answer to an invalid handshake. */
export interface HandshakeRefusal {
  readonly status: 400 | 405;
  readonly headers: Readonly<Record<string, string>>;
  readonly sentence: string;
}

/** Accepts WebSocket upgrades of an HTTP server, without compression. */
export class WebSocketAcceptor {
  readonly #subprotocol: string;
  readonly #rules: AcceptedRules;

  /** @param options.subprotocol is selected if a client offers it; other clients speak plain WebSocket */
  constructor(options: Omit<AcceptedRules, 'masked' | 'isUtf8'> & { readonly subprotocol: string }) {
    const { subprotocol, ...rules } = options;
    this.#subprotocol = subprotocol;
    this.#rules = { ...rules, masked: true, isUtf8 };
  }

  /**
   * Completes the handshake and calls `accepted`. If the handshake is invalid, returns the refusal for the caller to send.
   */
  accept(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    turns: TurnTaker,
    accepted: (connection: FrameConnection) => ConnectionListener,
  ): HandshakeRefusal | undefined {
    const refusal = refusalOf(request);
    if (refusal !== undefined) return refusal;
    if (!socket.readable || !socket.writable) {
      socket.destroy(); // the client has already left
      return undefined;
    }
    if (socket instanceof Socket) {
      socket.setTimeout(0);
      socket.setNoDelay();
    }
    socket.write(acceptance(request, this.#subprotocol), 'latin1');
    const connection = new AcceptedConnection(socket, this.#rules, turns);
    connection.begin(accepted(connection), head);
    return undefined;
  }
}

function refusalOf(request: IncomingMessage): HandshakeRefusal | undefined {
  const { method } = request;
  if (method !== 'GET')
    return { status: 405, headers: { Allow: 'GET' }, sentence: `a handshake must be a GET, not ${method}` };
  const sentence = handshakeFault(request);
  if (sentence === undefined) return undefined;
  return { status: 400, headers: { 'Sec-WebSocket-Version': VERSIONS.join(', ') }, sentence };
}
