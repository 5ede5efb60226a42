import type { Duplex } from 'node:stream';
import { type RawData, WebSocket } from 'ws';
import type { ConnectionListener } from '../connection.ts';
import type { SlicedSocket } from './sliced-socket.ts';

/** What `closed` says of a peer that broke RFC 6455, or a limit. */
const PROTOCOL_ERROR = 1002;

/** While so many answers wait to be sent, only the newest ping gets one. */
const MANY_ANSWERS = 32;

/** Tells a listener what becomes of a connection that a server accepted. */
export class AcceptedEvents {
  readonly #webSocket: WebSocket;
  readonly #sliced: SlicedSocket;
  readonly #listener: ConnectionListener;
  #peerBroke: string | undefined;
  /** What the newest ping said that is not answered. */
  #ping: Buffer | undefined;

  /** @param sliced what `ws` writes to */
  constructor(webSocket: WebSocket, sliced: SlicedSocket, listener: ConnectionListener) {
    this.#webSocket = webSocket;
    this.#sliced = sliced;
    this.#listener = listener;
  }

  drained(): void {
    this.#listener.drained();
  }

  heard(): void {
    this.#listener.heard();
  }

  answered(): void {
    this.#listener.answered();
  }

  /** Of pings that can't be answered yet it is enough to answer the newest (RFC 6455, section 5.5.3). */
  pinged(payload: Buffer): void {
    this.heard();
    if (this.#sliced.unsentAnswers < MANY_ANSWERS) this.#pong(payload);
    else this.#ping = Buffer.from(payload);
  }

  answersSent(): void {
    const ping = this.#ping;
    this.#ping = undefined;
    if (ping !== undefined) this.#pong(ping);
  }

  /** What `ws` decoded. */
  message(payload: Uint8Array, text: boolean): void {
    this.#listener.message(payload, text);
  }

  /** A plain text, which has passed `ws` by. */
  text(payload: Uint8Array): void {
    if (this.#webSocket.readyState === WebSocket.OPEN) this.#listener.message(payload, true);
  }

  #pong(payload: Buffer): void {
    if (this.#webSocket.readyState === WebSocket.OPEN) this.#webSocket.pong(payload);
  }

  failed({ code, message }: Error & { code?: string }): void {
    if (code?.startsWith('WS_ERR_')) this.#peerBroke = message; // `closed` follows
  }

  closed(code: number, reason: string): void {
    if (this.#peerBroke === undefined) this.#listener.closed(code, reason);
    else this.#listener.closed(PROTOCOL_ERROR, this.#peerBroke);
  }
}

/**
 * Has these events told. All connections share the listeners, which find what they tell by the emitter: with listeners of
 * its own, each of ten thousand idle connections would take half a kilobyte more.
 *
 * @param socket what `ws` writes to, directly or not
 */
export function tellEvents(events: AcceptedEvents, webSocket: WebSocket, socket: Duplex): void {
  Object.assign(socket, { [EVENTS]: events }).on('drain', onDrain);
  Object.assign(webSocket, { [EVENTS]: events });
  webSocket.on('error', onError).on('message', onMessage).on('close', onClose);
  webSocket.on('ping', onPing).on('pong', onAnswered);
}

const EVENTS = Symbol('events');

function eventsOf(emitter: object): AcceptedEvents {
  return (emitter as { [EVENTS]: AcceptedEvents })[EVENTS];
}

function onDrain(this: Duplex): void {
  eventsOf(this).drained();
}

function onPing(this: WebSocket, payload: Buffer): void {
  eventsOf(this).pinged(payload);
}

function onAnswered(this: WebSocket): void {
  eventsOf(this).answered();
}

function onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
  eventsOf(this).message(data as Buffer, !isBinary);
}

function onError(this: WebSocket, error: Error): void {
  eventsOf(this).failed(error);
}

function onClose(this: WebSocket, code: number, reason: Buffer): void {
  eventsOf(this).closed(code, reason.toString());
}
