import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ConnectionListener, FrameConnection } from '../carriage/connection.ts';
import type { WebSocketAcceptor } from '../carriage/websocket/websocket.ts';
import type { TurnTaker } from '../host/turns.ts';
import { type HttpAnswer, respond, respondOnSocket } from './http-answer.ts';
import type { Request } from './request.ts';

/** A request and the way to whoever made it. Either is called once. */
export interface Visit {
  readonly request: Request;
  /** Answers with a sentence, after which the connection ends. */
  answer(answer: HttpAnswer): void;
  /**
   * Makes a WebSocket of it, if it asks for one, or answers what is wrong with its handshake.
   *
   * @param accepted called, before this returns, only in the first case
   */
  accept(accepted: (connection: FrameConnection) => ConnectionListener): void;
}

/** A request for an HTTP response. */
export function httpVisit(request: Request, response: ServerResponse): Visit {
  return {
    request,
    answer: (answer) => respond(response, answer, request.method !== 'HEAD'),
    accept: notWebSocket,
  };
}

/** A request for an upgrade to something else, which Node has nothing to respond with to. */
export function foreignVisit(request: Request, socket: Duplex): Visit {
  return {
    request,
    answer: (answer) => respondOnSocket(socket, answer, request.method !== 'HEAD'),
    accept: notWebSocket,
  };
}

/** A WebSocket handshake. */
export interface Handshake {
  readonly message: IncomingMessage;
  readonly socket: Duplex;
  /** What came with it. */
  readonly head: Buffer;
  /** Who the time is counted to that its connection takes. */
  readonly turns: TurnTaker;
}

export function webSocketVisit(
  request: Request,
  { message, socket, head, turns }: Handshake,
  acceptor: WebSocketAcceptor,
): Visit {
  return {
    request,
    answer: (answer) => respondOnSocket(socket, answer),
    accept: (accepted) => acceptor.accept(message, socket, head, turns, accepted),
  };
}

function notWebSocket(): never {
  throw new Error('a request for no WebSocket was admitted to one');
}
