import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex, Readable } from 'node:stream';
import {
  type ConnectionListener,
  DEAF,
  type FrameConnection,
  responseLink,
  WEBSOCKET_LINK,
} from '../../carriage/connection.ts';
import { headerText } from '../../carriage/http/header-text.ts';
import { ResponseConnection } from '../../carriage/http/response-connection.ts';
import type { ResponseForm } from '../../carriage/http/response-form.ts';
import type { WebSocketAcceptor } from '../../carriage/websocket/acceptor.ts';
import { systemHost } from '../../host/host.ts';
import type { TurnTaker } from '../../host/turns.ts';
import type { ServerEvent } from '../options/server-event.ts';
import { readBody } from './body.ts';
import { type HttpAnswer, respond, respondOnSocket, STREAM_HEADERS } from './http-answer.ts';
import { CLOSING_MS } from './leaving.ts';
import type { BegunStream, Passage } from './passage.ts';
import { Refusal } from './refusal.ts';
import type { Request } from './request.ts';

/** A request and the means to respond to it: exactly one of `answer`, `refuse` and `accept` is called, once. */
export interface Visit {
  readonly request: Request;
  /** Lets pages of this origin read the response, which a browser keeps from others (CORS). Call it before the methods below. */
  readableBy(origin: string): void;
  /**
   * Reads the body, which has as long to arrive as a handshake.
   *
   * @param taken called with it, in a turn; with undefined if it is larger than `mostBytes`
   */
  read(mostBytes: number, taken: (body: Uint8Array | undefined) => void): void;
  /** Answers. The connection ends then, but for that of a request whose body was read whole, which may be kept open for the next. */
  answer(answer: HttpAnswer): void;
  /** Refuses it, and says why. */
  refuse(refusal: Refusal, tell: (event: ServerEvent) => void): void;
  /**
   * Turns it into a connection, or answers that its handshake is invalid.
   *
   * @param form the form of a response; undefined for a WebSocket
   * @param accepted called before this returns, unless the handshake is invalid
   */
  accept(form: ResponseForm | undefined, accepted: (passage: Passage) => ConnectionListener): void;
}

/** A request for an HTTP response. */
export interface ResponseRequest {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  /** Undefined for a body that can't be read because it does not declare its size. */
  readonly body: Readable | undefined;
  /** The taker that its connection's work is charged to. */
  readonly turns: TurnTaker;
  /** Notes that the request is complete, which ends its deadline. @returns a function to call once its connection is kept for the next */
  asked(): () => void;
}

/** The response headers that pages may read, besides those that they always may. */
const EXPOSED_HEADERS = 'Tidemark-Client, Tidemark-Session, Tidemark-Welcome, Retry-After';

export function httpVisit(
  request: Request,
  { message, response, body, turns, asked }: ResponseRequest,
): Visit {
  const withBody = request.method !== 'HEAD';
  const { speaksTidemark } = request;
  /** Set once a body has been read whole: a client that reports does so again, over the same connection. */
  let kept: (() => void) | undefined;
  const refuse = (refusal: Refusal, tell: (event: ServerEvent) => void) => {
    tell(refusal.event(request.remote, refusal.status));
    respond(response, refusal.problem, { withBody, kept });
  };
  return {
    request,
    readableBy: (origin) => {
      response.setHeader('Access-Control-Allow-Origin', origin);
      response.setHeader('Access-Control-Expose-Headers', EXPOSED_HEADERS);
      response.setHeader('Vary', 'Origin');
    },
    read: (mostBytes, taken) => {
      if (body === undefined) {
        const sentence = 'beside Upgrade a body needs its Content-Length';
        return refuse(new Refusal({ status: 411, sentence }), () => {});
      }
      readBody(body, message.headers['content-length'], mostBytes, (content) => {
        const answered = asked();
        if (content !== undefined) kept = answered;
        systemHost.turns.add(() => {
          taken(content);
          return false;
        }, turns);
      });
    },
    answer: (answer) => respond(response, answer, { withBody, kept }),
    refuse,
    accept: (form, accepted) => {
      if (form === undefined) throw new Error('a request for no WebSocket was admitted to one');
      message.resume(); // an unread body would hide that the peer has gone
      const socket = response.socket ?? message.socket; // behind a path that makes faults, not the request's own
      const connection = new ResponseConnection(response, socket, systemHost, turns, CLOSING_MS);
      const passage: Passage = {
        ...{ carriage: 'http', connection, link: responseLink(speaksTidemark), framing: form.framing },
        begin: ({ stream, keepAliveMs }) => {
          const { from = 0 } = stream ?? {};
          const headers = { ...STREAM_HEADERS, ...(stream === undefined ? {} : streamHeaders(stream)) };
          connection.begin({
            form,
            headers,
            from,
            speaks: speaksTidemark && stream !== undefined,
            keepAliveMs,
          });
        },
        refuse: (refusal, tell) => {
          refuse(refusal, tell);
          return DEAF;
        },
      };
      connection.listen(accepted(passage));
    },
  };
}

function streamHeaders({ client, session = '' }: BegunStream): Record<string, string> {
  return { 'Tidemark-Client': headerText(client), 'Tidemark-Session': session };
}

/** A WebSocket handshake. */
export interface Handshake {
  readonly message: IncomingMessage;
  readonly socket: Duplex;
  /** What was read beyond it. */
  readonly head: Buffer;
  /** The taker that its connection's work is charged to. */
  readonly turns: TurnTaker;
}

export function webSocketVisit(
  request: Request,
  { message, socket, head, turns }: Handshake,
  acceptor: WebSocketAcceptor,
): Visit {
  const accept = (accepted: (connection: FrameConnection) => ConnectionListener) => {
    const fault = acceptor.accept(message, socket, head, turns, accepted);
    if (fault !== undefined) respondOnSocket(socket, fault);
  };
  return {
    request,
    readableBy: () => {}, // no page can read the answer to a handshake
    read: () => {
      throw new Error('a handshake has no body');
    },
    answer: (answer) => respondOnSocket(socket, answer),
    /** A client that speaks `tidemark.v1` is let in to be told, since a page can't read the HTTP answer. */
    refuse: (refusal, tell) => {
      const { speaksTidemark, remote } = request;
      if (speaksTidemark && refusal.closeCode !== undefined) {
        accept((connection) => refusal.close(connection, remote, tell));
        return;
      }
      tell(refusal.event(remote, refusal.status));
      respondOnSocket(socket, refusal);
    },
    accept: (_, accepted) => accept((connection) => accepted(webSocketPassage(connection, request.remote))),
  };
}

function webSocketPassage(connection: FrameConnection, remote: string): Passage {
  return {
    ...{ carriage: 'websocket', connection, link: WEBSOCKET_LINK, framing: 'websocket' },
    begin: () => {},
    refuse: (refusal, tell) => refusal.close(connection, remote, tell),
  };
}
