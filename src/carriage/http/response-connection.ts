import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Alarm } from '../../host/alarm.ts';
import type { Host } from '../../host/host.ts';
import type { TurnTaker } from '../../host/turns.ts';
import { ABNORMAL_CLOSE, CLOSE } from '../../session/close-codes.ts';
import type { ConnectionListener, FrameConnection } from '../connection.ts';
import { headerText } from './header-text.ts';
import { type ResponseBody, responseBody } from './response-body.ts';
import type { ResponseForm } from './response-form.ts';

/** So long nothing is said to who takes events, before a comment is: what stands between may give up a silent connection. */
const SILENCE_MS = 15_000;
/** After so long without a word of the peer, which has no reason to say any, its kernel is asked whether it is there. */
const KEEP_ALIVE_MS = 15_000;

/** How a link is said to have ended that can't say why. */
const NO_STATUS = 1005;

/** What a response says before its first message. */
interface ResponseHead {
  readonly form: ResponseForm;
  readonly headers: OutgoingHttpHeaders;
  /** The seq of the first message. */
  readonly from: number;
  /** Whether it speaks `tidemark.v1`: then it begins with the welcome, which is the first text that is sent. */
  readonly speaks: boolean;
}

/**
 * A response whose body goes on as a stream does, as a connection. What the peer sends there is not taken: it speaks by requests
 * of its own.
 */
export class ResponseConnection implements FrameConnection {
  readonly turns: TurnTaker;
  readonly hasUnread = false;
  readonly #response: ServerResponse;
  readonly #socket: Socket;
  readonly #host: Host;
  readonly #closingMs: number;
  /** Till the next comment while it is open, and till the peer has had all once it is closed. */
  readonly #alarm: Alarm;
  #listener: ConnectionListener | undefined;
  #head: ResponseHead | undefined;
  /** Once its head has been sent. */
  #body: ResponseBody | undefined;
  /** The code that this end closed it with. */
  #closedWith: number | undefined;
  /** Whether its peer is known to be away, and did not just leave. */
  #lost = false;
  #wroteMs = 0;
  /** Whether a part of a message has been written, and not the rest. */
  #midMessage = false;

  /**
   * @param response that has its socket, and of which nothing was sent
   * @param closingMs how long the peer has to take what is left, once it is closed
   */
  constructor(response: ServerResponse, socket: Socket, host: Host, turns: TurnTaker, closingMs: number) {
    this.#response = response;
    this.#socket = socket;
    this.#host = host;
    this.turns = turns;
    this.#closingMs = closingMs;
    this.#alarm = host.alarm(() => this.#ring());
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.setNoDelay(true);
    socket.once('error', (error: NodeJS.ErrnoException) => {
      this.#lost = error.code === 'ETIMEDOUT' || error.code === 'EHOSTUNREACH';
    });
    response.on('error', () => {}); // what is written as it goes
    response.on('drain', () => this.#listener?.drained());
    response.once('close', () => this.#ended());
  }

  /** Says who is told what becomes of it. */
  listen(listener: ConnectionListener): void {
    this.#listener = listener;
  }

  /** Sends the head of the response, with the welcome if there is to be one, and what its form begins with. */
  begin(head: ResponseHead): void {
    this.#head = head;
    if (!head.speaks) this.#begin(head, undefined);
  }

  /** The welcome. Of what comes after it, nothing is said here: a peer is answered where it asks. */
  sendText(text: string): void {
    if (this.#head?.speaks && this.#body === undefined) this.#begin(this.#head, text.slice(1));
  }

  sendBytes(): void {}

  ping(): void {}

  setReading(): void {}

  get takesFrames(): boolean {
    return this.#isOpen && (!this.#response.writableNeedDrain || !this.hasUnsent);
  }

  get hasUnsent(): boolean {
    return this.#response.writableLength > 0;
  }

  writeFrames(frames: readonly Uint8Array[]): void {
    if (!this.#isOpen || this.#body === undefined) return;
    this.#socket.cork(); // so that they go to the kernel in one call
    for (const each of frames) {
      for (const piece of this.#body.pieces(each)) this.#response.write(piece);
    }
    this.#socket.uncork();
    this.#noteWritten();
  }

  writePart(frame: Uint8Array, from: number, to: number): void {
    if (!this.#isOpen || this.#body === undefined) return;
    this.#midMessage = to < frame.length;
    this.#response.write(this.#body.part(frame, from, to));
    this.#noteWritten();
  }

  cork(): void {
    this.#socket.cork();
  }

  uncork(): void {
    this.#socket.uncork();
  }

  /** Ends the response, if all was sent or its end can say why; else cuts it off, so that nobody takes it for whole. */
  close(code: number, reason: string): void {
    if (!this.#isOpen) return;
    this.#closedWith = code;
    const speaks = this.#head?.speaks === true;
    const cut = this.#midMessage || (code !== CLOSE.done && !(speaks && this.#hasChunks));
    if (this.#body === undefined || cut) {
      this.#socket.destroy();
      return;
    }
    if (code === CLOSE.done && this.#body.end !== '') this.#response.write(this.#body.end);
    if (speaks && this.#hasChunks) {
      this.#response.addTrailers({ 'Tidemark-Close': headerText(`${code} ${reason}`) });
    }
    this.#response.end();
    this.#alarm.set(this.#host.now().monotonicMs + this.#closingMs);
  }

  terminate(): void {
    this.#closedWith ??= ABNORMAL_CLOSE;
    this.#socket.destroy();
  }

  get #isOpen(): boolean {
    return this.#closedWith === undefined && !this.#response.destroyed && this.#socket.writable;
  }

  /** HTTP/1.0 has none, and so no trailers either: there the end of the connection is that of the body. */
  get #hasChunks(): boolean {
    return this.#response.req.httpVersion !== '1.0';
  }

  /** @param welcome as JSON, for who speaks */
  #begin({ form, headers, from, speaks }: ResponseHead, welcome: string | undefined): void {
    if (!this.#isOpen) return;
    const response = this.#response;
    const body = responseBody(form, from, welcome);
    this.#body = body;
    if (welcome !== undefined) response.setHeader('Tidemark-Welcome', headerText(welcome));
    if (speaks && this.#hasChunks) response.setHeader('Trailer', 'Tidemark-Close');
    response.writeHead(200, { 'Content-Type': form.mediaTypes[0], ...headers, Connection: 'close' });
    this.cork();
    response.flushHeaders();
    if (body.start !== '') response.write(body.start);
    this.uncork();
    if (!body.hasComments) return;
    this.#noteWritten();
    this.#alarm.set(this.#wroteMs + SILENCE_MS);
  }

  #noteWritten(): void {
    if (this.#body?.hasComments) this.#wroteMs = this.#host.now().monotonicMs;
  }

  #ring(): void {
    if (this.#closedWith !== undefined) {
      this.#socket.destroy();
      return;
    }
    const { monotonicMs } = this.#host.now();
    if (monotonicMs - this.#wroteMs >= SILENCE_MS) {
      if (this.#isOpen && !this.hasUnsent && !this.#midMessage) this.#response.write(':\n\n');
      this.#wroteMs = monotonicMs;
    }
    this.#alarm.set(this.#wroteMs + SILENCE_MS);
  }

  #ended(): void {
    this.#alarm.clear();
    this.#closedWith ??= this.#lost ? ABNORMAL_CLOSE : NO_STATUS;
    this.#listener?.closed(this.#closedWith, '');
  }
}
