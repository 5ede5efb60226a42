import type { TurnTaker } from '../host/turns.ts';
import type { MessageBatch } from '../measure/message-batch.ts';
import type { Link } from '../session/link.ts';
import type { DialFailure } from '../session/run/redial.ts';
import type { OpenOutput } from '../session/run/run-output.ts';

/** One connection, as both ends see it. Once it is closed, its methods do nothing. */
export interface Connection {
  sendText(text: string): void;
  /** Sends a whole message, text or binary. Only the echo needs it: Tidemark's own messages to a peer are text. */
  sendBytes(bytes: Uint8Array, text: boolean): void;
  ping(): void;
  /** Stops or resumes reading; what the peer sends meanwhile stays in the kernel. */
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

/**
 * What a browser's WebSocket can do: a page sends no pings and sees none, and can't stop reading. It answers the server's pings by
 * itself.
 */
export const PAGE_WEBSOCKET_LINK: Link = { ...WEBSOCKET_LINK, ping: false, pause: false, answers: true };

/** What HTTP can do: the response is one-way, and the client posts its reports. @param speaks whether both ends speak `tidemark.v1` */
export function responseLink(speaks: boolean): Link {
  return { ping: false, pause: true, status: speaks, acknowledge: speaks, halfClose: true };
}

/** A server's connection, which takes ready-made frames. */
export interface FrameConnection extends Connection {
  /** Sets the listener for everything that happens on it from now on. */
  listen(listener: ConnectionListener): void;
  /** The taker that its work is charged to. */
  readonly turns: TurnTaker;
  /** Whether frames can be written now; if not, wait for `drained`. False once it is closed. */
  readonly takesFrames: boolean;
  /** Whether input from the peer waits for its turn to be decoded. */
  readonly hasUnread: boolean;
  /** Whether written data waits for the kernel, so that its memory is still in use. */
  readonly hasUnsent: boolean;
  /** Writes whole, ready-made frames in one go. Check `takesFrames` first: what the kernel does not take is queued. */
  writeFrames(frames: readonly Uint8Array[]): void;
  /**
   * Writes bytes [from, to) of a ready-made frame. Parts must follow each other without other frames or texts in between, though a
   * ping may be. The memory is no longer in use when this returns.
   */
  writePart(frame: Uint8Array, from: number, to: number): void;
  /** Holds what is sent from now on until `uncork`, to give it to the kernel in one call. */
  cork(): void;
  uncork(): void;
}

/** What a connection tells a server; messages come one at a time. */
export interface ConnectionListener extends Ending {
  /** A whole message, in memory that the listener may keep. */
  message(payload: Uint8Array, text: boolean): void;
  /** Frames can be written again. */
  drained(): void;
  /** A pong came. */
  answered(): void;
  /** The last call: the close code, or 1006 if there was none. */
  closed(code: number, reason: string): void;
}

/** Ignores everything: for a connection that has not begun, or no longer matters. */
export const DEAF: ConnectionListener = {
  message: () => {},
  heard: () => {},
  answered: () => {},
  drained: () => {},
  closed: () => {},
};

/** What a connection tells a client; messages come in batches. */
interface BatchListener extends Ending {
  /** Whole messages, in memory that is reused after the call. */
  messages(batch: MessageBatch): void;
  /**
   * The last call.
   *
   * @param code the close code, or 1006 if there was none
   * @param own whether this end closed it because the input was invalid
   * @param retryAfterMs how long the server asks the client to wait before the next attempt
   */
  closed(code: number, reason: string, own: boolean, retryAfterMs?: number): void;
}

/** The outcome of an attempt to connect: `opened` and later `closed`, or `failed`. */
export interface OpenListener extends BatchListener {
  /**
   * @param speaks whether the server speaks `tidemark.v1`
   * @param announced the stream that will come, if something on the way says so
   */
  opened(speaks: boolean, announced?: string): void;
  failed(failure: DialFailure): void;
}

/** Opens the connections of a run, and states what they can do. */
export interface Carriage {
  readonly link: Link;
  /** Where a server that does not speak Tidemark resumes behind the messages taken so far. @default empty: it has not said */
  readonly lastEventId?: string;
  /** The messages taken so far are stored: nobody need keep them. */
  stored?(): void;
  open(request: Omit<OpenOutput, 'type'>, listener: OpenListener): Connection;
}

/** The outcome of dialling a WebSocket. */
export interface DialListener extends Omit<OpenListener, 'opened'> {
  opened(subprotocol: string | undefined): void;
}

/** What to dial. */
export interface DialRequest {
  readonly url: string;
  /** The subprotocol to offer, if any. */
  readonly subprotocol: string | undefined;
  /** Whether to find out, if the server hangs up on a URL without TLS, that it speaks TLS. @default false */
  readonly probe?: boolean;
}

/** Opens a WebSocket. */
export type Dial = (request: DialRequest, listener: DialListener) => Connection;

interface Ending {
  /** A ping came or, on a client's connection, a pong. */
  heard(): void;
}
