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
import type { Passage } from './passage.ts';
import { Refusal } from './refusal.ts';
import type { Request } from './request.ts';

/** A request and the way to whoever made it: one of `answer`, `refuse` and `accept` is called, once. */
export interface Visit {
  readonly request: Request;
  /** Lets a page of an origin read what comes back: a browser keeps it from all others. Called before any of the following. */
  readableBy(origin: string): void;
  /**
   * Reads the body, which has as long to come as a handshake.
   *
   * @param taken called with it, by turns with all other work; with undefined if it has more bytes than `mostBytes`
   */
  read(mostBytes: number, taken: (body: Uint8Array | undefined) => void): void;
  /** Answers, after which the connection ends. */
  answer(answer: HttpAnswer): void;
  /** Says why nobody is let in. */
  refuse(refusal: Refusal, tell: (event: ServerEvent) => void): void;
  /**
   * Makes a connection of it, or answers what is wrong with its handshake.
   *
   * @param form what messages are to be in, if it is a response
   * @param accepted called, before this returns, only in the first case
   */
  accept(form: ResponseForm | undefined, accepted: (passage: Passage) => ConnectionListener): void;
}

/** A request for an HTTP response, on the socket that it came on. */
export interface ResponseRequest {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  /** Undefined for one that can't be read, since it does not say its size. */
  readonly body: Readable | undefined;
  /** Who the time is counted to that its connection takes. */
  readonly turns: TurnTaker;
  /** Notes that all of the request has come: it is late no more. */
  asked(): void;
}

/** What is answered to a page that it can read besides what every page can. */
const EXPOSED_HEADERS = 'Tidemark-Client, Tidemark-Session, Tidemark-Welcome, Retry-After';

export function httpVisit(
  request: Request,
  { message, response, body, turns, asked }: ResponseRequest,
): Visit {
  const withBody = request.method !== 'HEAD';
  const { speaksTidemark } = request;
  const refuse = (refusal: Refusal, tell: (event: ServerEvent) => void) => {
    tell({ event: 'refuse', remote: request.remote, code: refusal.status, text: refusal.sentence });
    respond(response, refusal.problem, withBody);
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
        asked();
        systemHost.turns.add(() => {
          taken(content);
          return false;
        }, turns);
      });
    },
    answer: (answer) => respond(response, answer, withBody),
    refuse,
    accept: (form, accepted) => {
      if (form === undefined) throw new Error('a request for no WebSocket was admitted to one');
      message.resume(); // a body says nothing; unread, it would hide that the peer has gone
      const socket = response.socket ?? message.socket; // behind a path on which things go wrong it is not the request's
      const connection = new ResponseConnection(response, socket, systemHost, turns, CLOSING_MS);
      const passage: Passage = {
        ...{ carriage: 'http', connection, link: responseLink(speaksTidemark), framing: form.framing },
        begin: ({ client, from, session = '' }) => {
          const headers = {
            ...STREAM_HEADERS,
            'Tidemark-Client': headerText(client),
            'Tidemark-Session': session,
          };
          connection.begin({ form, headers, from, speaks: speaksTidemark });
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
  const accept = (accepted: (connection: FrameConnection) => ConnectionListener) => {
    const fault = acceptor.accept(message, socket, head, turns, accepted);
    if (fault !== undefined) respondOnSocket(socket, fault);
  };
  return {
    request,
    readableBy: () => {}, // a page reads no answer to a handshake
    read: () => {
      throw new Error('a handshake has no body');
    },
    answer: (answer) => respondOnSocket(socket, answer),
    /** A client that speaks `tidemark.v1` is let in to be told; what a page or a browser asks for is told nobody else. */
    refuse: (refusal, tell) => {
      const { speaksTidemark, remote } = request;
      if (speaksTidemark && refusal.closeCode !== undefined) {
        accept((connection) => refusal.close(connection, remote, tell));
        return;
      }
      tell({ event: 'refuse', remote, code: refusal.status, text: refusal.sentence });
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
