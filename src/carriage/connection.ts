import type { TurnTaker } from '../host/turns.ts';
import type { MessageBatch } from '../measure/message-batch.ts';
import type { Link } from '../session/link.ts';
import type { DialFailure } from '../session/run/redial.ts';
import type { OpenOutput } from '../session/run/run-output.ts';

/**
 * One connection, as both ends see it. An adapter translates a socket library to this and nothing more.
 * Every method does nothing once the connection is closed.
 */
export interface Connection {
  sendText(text: string): void;
  /** For echoes: a whole message, of text or not. What Tidemark itself says on a connection is text. */
  sendBytes(bytes: Uint8Array, text: boolean): void;
  ping(): void;
  /** Stops or goes on reading: what the peer sends meanwhile stays with the kernel. */
  setReading(reading: boolean): void;
  /** Begins the closing handshake; `closed` follows. */
  close(code: number, reason: string): void;
  /** Drops the connection at once; `closed` follows, with 1006. */
  terminate(): void;
}

/** What a WebSocket can do. */
export const WEBSOCKET_LINK: Link = {
  ping: true,
  pause: true,
  status: true,
  acknowledge: true,
  halfClose: false,
};

/** What HTTP can do: a response is one way, and what the client reports it posts. @param speaks whether both speak `tidemark.v1` */
export function responseLink(speaks: boolean): Link {
  return { ping: false, pause: true, status: speaks, acknowledge: speaks, halfClose: true };
}

/** A connection that takes frames as they will be on the wire, as a server's does. */
export interface FrameConnection extends Connection {
  /** Who the time is counted to that its jobs take. */
  readonly turns: TurnTaker;
  /** Whether frames can be written now; if not, wait for `drained`. Not while it is closed. */
  readonly takesFrames: boolean;
  /** Whether something that the peer has sent waits for its turn to be looked at. */
  readonly hasUnread: boolean;
  /** Whether something that was written waits for the kernel to take it, and its memory is still read. */
  readonly hasUnsent: boolean;
  /** Writes whole, ready-made frames as they are, all at once. What the kernel does not take waits, so ask before. */
  writeFrames(frames: readonly Uint8Array[]): void;
  /**
   * Writes bytes [from, to) of a ready-made frame: all of it in order, before any other frame or text. What is not of the stream, as
   * a ping, may come between its parts. The memory is not read any more when this returns.
   */
  writePart(frame: Uint8Array, from: number, to: number): void;
  /** What is sent from now on waits for `uncork`, and goes to the kernel in one call. */
  cork(): void;
  uncork(): void;
}

/** What a connection tells a server: messages come one by one. */
export interface ConnectionListener extends Ending {
  /** A whole message; the memory is the listener's to keep. */
  message(payload: Uint8Array, text: boolean): void;
  /** Frames can be written again. */
  drained(): void;
  /** A pong came. */
  answered(): void;
  /** The last call: the close code, or 1006 if there was none. */
  closed(code: number, reason: string): void;
}

/** Who is told nothing, as before a connection has begun, or once nothing of it matters. */
export const DEAF: ConnectionListener = {
  message: () => {},
  heard: () => {},
  answered: () => {},
  drained: () => {},
  closed: () => {},
};

/** What a connection tells a client: messages come together. */
interface BatchListener extends Ending {
  /** Whole messages; the memory is not the listener's to keep. */
  messages(batch: MessageBatch): void;
  /**
   * The last call: the close code, or 1006 if there was none; `own` if this end closed it, since what came is broken.
   *
   * @param retryAfterMs how long the server asks to wait before the next attempt
   */
  closed(code: number, reason: string, own: boolean, retryAfterMs?: number): void;
}

/** What becomes of an attempt to connect: `opened` and later `closed`, or `failed`. */
export interface OpenListener extends BatchListener {
  /** @param speaks whether the server says that it speaks `tidemark.v1` */
  opened(speaks: boolean): void;
  failed(failure: DialFailure): void;
}

/** A way for a run to travel: opens its connections, and says what they can do. */
export interface Carriage {
  readonly link: Link;
  open(request: Omit<OpenOutput, 'type'>, listener: OpenListener): Connection;
}

/** The same of a WebSocket. */
export interface DialListener extends Omit<OpenListener, 'opened'> {
  opened(subprotocol: string | undefined): void;
}

/** What a client asks for when it opens a WebSocket. */
export interface DialRequest {
  readonly url: string;
  /** What to offer; undefined is nothing. */
  readonly subprotocol: string | undefined;
  /** Whether to find out if a server that hangs up speaks TLS, which the URL does not. @default false */
  readonly probe?: boolean;
}

/** Opens a WebSocket. */
export type Dial = (request: DialRequest, listener: DialListener) => Connection;

interface Ending {
  /** A ping came; to a client, a pong as well. */
  heard(): void;
}
