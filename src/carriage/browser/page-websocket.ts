import { MessageBatch } from '../../measure/message-batch.ts';
import { ACCESS_TOKEN_SUBPROTOCOL } from '../../session/access-token.ts';
import { ABNORMAL_CLOSE, CLOSE, TOO_LARGE } from '../../session/close-codes.ts';
import type { Connection, DialListener, DialRequest } from '../connection.ts';

/** The part of a browser's WebSocket that is used here, which the types of Node lack. */
export interface NativeWebSocket {
  binaryType: string;
  readonly protocol: string;
  readonly bufferedAmount: number;
  onopen: (() => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null;
  send(data: string | Uint8Array): void;
  close(code?: number, reason?: string): void;
}

export interface PageDialOptions {
  /** Sent as a subprotocol, since a page can set no header. */
  readonly accessToken: string | undefined;
  readonly maximumMessageBytes: number;
  /** While so much waits to be sent, or to be read because reading is held, the connection is given up. */
  readonly mostWaitingBytes: number;
  /** Opens a WebSocket of the browser's. */
  readonly open: (url: string, subprotocols: string[]) => NativeWebSocket;
}

/** Opens a WebSocket from a page. */
export function dialFromPage(
  { url, subprotocol }: DialRequest,
  options: PageDialOptions,
  listener: DialListener,
): Connection {
  const { accessToken } = options;
  const offered = subprotocol === undefined ? [] : [subprotocol];
  if (accessToken !== undefined) offered.push(`${ACCESS_TOKEN_SUBPROTOCOL}${base64Url(accessToken)}`);
  return new PageWebSocket(options.open(url, offered), options, listener);
}

/** What came, in order. */
interface Held {
  readonly payload: Uint8Array;
  readonly text: boolean;
}

/**
 * A browser's WebSocket. It can't stop reading: what comes while reading is held is kept, up to a size. Beyond it the socket is
 * closed, which the run is told once it has taken what was kept, and then goes on over another connection.
 */
class PageWebSocket implements Connection {
  readonly #socket: NativeWebSocket;
  readonly #options: PageDialOptions;
  readonly #listener: DialListener;
  readonly #text = new TextEncoder();
  #opened = false;
  #reading = true;
  /** The first that came comes first. */
  readonly #held = new Set<Held>();
  #heldBytes = 0;
  #giving = false;
  /** How the connection ended, once it has and that is not told yet. */
  #end: { readonly code: number; readonly reason: string; readonly own: boolean } | undefined;
  #over = false;

  constructor(socket: NativeWebSocket, options: PageDialOptions, listener: DialListener) {
    this.#socket = socket;
    this.#options = options;
    this.#listener = listener;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      this.#opened = true;
      listener.opened(socket.protocol === '' ? undefined : socket.protocol);
    };
    socket.onmessage = ({ data }) => this.#take(data);
    socket.onclose = ({ code, reason }) => this.#ended(code, reason);
  }

  sendText(text: string): void {
    this.#send(text);
  }

  sendBytes(bytes: Uint8Array, text: boolean): void {
    this.#send(text ? new TextDecoder().decode(bytes) : bytes);
  }

  /** A page can send none. */
  ping(): void {}

  setReading(reading: boolean): void {
    this.#reading = reading;
    if (reading) this.#giveHeld();
  }

  close(code: number, reason: string): void {
    if (this.#end !== undefined) return;
    this.#socket.close(codeOfPage(code), reason);
    queueMicrotask(() => this.setReading(true)); // or the end would wait behind what is held
  }

  /** A browser waits for the peer's answer to a close, but nobody waits for the browser. */
  terminate(): void {
    if (this.#over) return;
    this.#drop();
    this.#socket.close();
    queueMicrotask(() => {
      this.#ended(ABNORMAL_CLOSE, '');
      this.setReading(true);
    });
  }

  #send(data: string | Uint8Array): void {
    if (!this.#opened || this.#end !== undefined) return;
    this.#socket.send(data);
    if (this.#socket.bufferedAmount > this.#options.mostWaitingBytes)
      this.#giveUp('the server does not take what it is sent');
  }

  #take(data: unknown): void {
    const text = typeof data === 'string';
    const payload = text ? this.#text.encode(data) : new Uint8Array(data as ArrayBuffer);
    const { maximumMessageBytes, mostWaitingBytes } = this.#options;
    if (payload.length > maximumMessageBytes) {
      const reason = `a message has ${payload.length} bytes, more than ${maximumMessageBytes}`;
      this.#drop();
      this.#socket.close(CLOSE.pageRefuses, reason);
      return this.#ended(TOO_LARGE, reason, true);
    }
    if (this.#reading) return this.#listener.messages(MessageBatch.of(payload, text));
    this.#held.add({ payload, text });
    this.#heldBytes += payload.length;
    if (this.#heldBytes > mostWaitingBytes) this.#giveUp('the page does not take what comes');
  }

  /** Ends the connection, to go on over another one. */
  #giveUp(reason: string): void {
    this.#drop();
    this.#socket.close(CLOSE.pageLeaves, reason);
    this.#ended(ABNORMAL_CLOSE, reason);
  }

  /** Nothing of the socket matters any more. */
  #drop(): void {
    this.#socket.onopen = null;
    this.#socket.onmessage = null;
    this.#socket.onclose = null;
  }

  #ended(code: number, reason: string, own = false): void {
    this.#end ??= { code, reason, own };
    if (this.#reading) this.#giveHeld();
  }

  /** Hands over what was kept, and then the end. */
  #giveHeld(): void {
    if (this.#giving) return;
    this.#giving = true;
    for (const held of this.#held) {
      if (!this.#reading) break;
      this.#held.delete(held);
      this.#heldBytes -= held.payload.length;
      this.#listener.messages(MessageBatch.of(held.payload, held.text));
    }
    this.#giving = false;
    const end = this.#end;
    if (end === undefined || this.#over || !this.#reading) return;
    this.#over = true;
    if (this.#opened) this.#listener.closed(end.code, end.reason, end.own);
    else this.#listener.failed({ status: undefined, reason: end.reason === '' ? NOT_OPENED : end.reason });
  }
}

/** A browser tells a page no more than that. */
const NOT_OPENED =
  'the connection could not be opened: no server answers there, or it does not let this page in';

/** The close code that a page may say in place of one. */
function codeOfPage(code: number): number {
  if (code === CLOSE.leaving) return CLOSE.pageLeaves;
  return code === CLOSE.protocolError ? CLOSE.pageRefuses : code;
}

function base64Url(text: string): string {
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
