import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Alarm } from '../../host/alarm.ts';
import type { Host } from '../../host/host.ts';
import type { TurnTaker } from '../../host/turns.ts';
import { ABNORMAL_CLOSE, CLOSE, NO_STATUS } from '../../session/close-codes.ts';
import type { ConnectionListener, FrameConnection } from '../connection.ts';
import { headerText } from './header-text.ts';
import { type ResponseBody, responseBody } from './response-body.ts';
import type { ResponseForm } from './response-form.ts';

/** Silence is looked for at this interval, and told to who takes events: what stands between may give up a silent connection. */
const SILENCE_MS = 7500;
/** After so long without a word of the peer, which has no reason to say any, its kernel is asked whether it is there. */
const KEEP_ALIVE_MS = 15_000;

const COMMENT = Buffer.from(':\n\n');

/** Up to so many bytes are copied into one piece with what a chunk has around them: that takes less than to write three. */
const COPIED_BYTES = 4096;
const LINE_END = '\r\n';

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
  readonly #socket: Duplex;
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
  /** Whether anything was written since silence was last looked for. */
  #wrote = false;
  /** Whether a part of a message has been written, and not the rest. */
  #midMessage = false;

  /**
   * @param response that has its socket, and of which nothing was sent
   * @param socket what it is written to, which need not be the socket of its request
   * @param closingMs how long the peer has to take what is left, once it is closed
   */
  constructor(response: ServerResponse, socket: Duplex, host: Host, turns: TurnTaker, closingMs: number) {
    const { req } = response;
    this.#response = response;
    this.#socket = socket;
    this.#host = host;
    this.turns = turns;
    this.#closingMs = closingMs;
    this.#alarm = host.alarm(() => this.#ring());
    req.socket.setKeepAlive(true, KEEP_ALIVE_MS);
    req.socket.setNoDelay(true);
    socket.once('error', (error: NodeJS.ErrnoException) => {
      this.#lost = error.code === 'ETIMEDOUT' || error.code === 'EHOSTUNREACH';
    });
    response.on('error', () => {}); // what is written as it goes
    socket.on('drain', () => this.#listener?.drained());
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
    return this.#isOpen && (!this.#socket.writableNeedDrain || !this.hasUnsent);
  }

  get hasUnsent(): boolean {
    return this.#socket.writableLength > 0;
  }

  writeFrames(frames: readonly Uint8Array[]): void {
    if (!this.#isOpen || this.#body === undefined) return;
    this.#writeChunk(this.#body.pieces(frames));
  }

  writePart(frame: Uint8Array, from: number, to: number): void {
    if (!this.#isOpen || this.#body === undefined) return;
    this.#midMessage = to < frame.length;
    this.#writeChunk([this.#body.part(frame, from, to)]);
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
    if (code === CLOSE.done && this.#body.end !== '') this.#writeChunk([Buffer.from(this.#body.end)]);
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
    if (body.start !== '') this.#writeChunk([Buffer.from(body.start)]);
    this.uncork();
    if (body.hasComments) this.#alarm.set(this.#host.now().monotonicMs + SILENCE_MS);
  }

  /** As one chunk, where there are any. Node would write its parts one by one, and copy nothing. */
  #writeChunk(pieces: readonly Uint8Array[]): void {
    let bytes = 0;
    for (const each of pieces) bytes += each.length;
    if (bytes === 0) return; // an empty chunk would be the last
    this.#wrote = true;
    const size = this.#hasChunks ? `${bytes.toString(16)}${LINE_END}` : '';
    const end = this.#hasChunks ? LINE_END : '';
    if (bytes > COPIED_BYTES) {
      this.#socket.cork(); // so that it goes to the kernel in one call
      if (size !== '') this.#socket.write(size, 'latin1');
      for (const each of pieces) this.#socket.write(each);
      if (end !== '') this.#socket.write(end, 'latin1');
      this.#socket.uncork();
      return;
    }
    const chunk = Buffer.allocUnsafe(size.length + bytes + end.length);
    let at = chunk.write(size, 0, 'latin1');
    for (const each of pieces) {
      chunk.set(each, at);
      at += each.length;
    }
    chunk.write(end, at, 'latin1');
    this.#socket.write(chunk);
  }

  #ring(): void {
    if (this.#closedWith !== undefined) {
      this.#socket.destroy();
      return;
    }
    if (this.#isOpen && !this.#wrote && !this.hasUnsent && !this.#midMessage) this.#writeChunk([COMMENT]);
    else this.#wrote = false;
    this.#alarm.set(this.#host.now().monotonicMs + SILENCE_MS);
  }

  #ended(): void {
    this.#alarm.clear();
    this.#closedWith ??= this.#lost ? ABNORMAL_CLOSE : NO_STATUS;
    this.#listener?.closed(this.#closedWith, '');
  }
}
