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

/** After this long without traffic, TCP keep-alive probes the peer, which itself has no reason to send anything. */
const KEEP_ALIVE_MS = 15_000;

/** Up to this size a chunk is copied into one piece with its head and tail, which is faster than three writes. */
const COPIED_BYTES = 4096;
const LINE_END = '\r\n';

/** What a response begins with. */
interface ResponseHead {
  readonly form: ResponseForm;
  readonly headers: OutgoingHttpHeaders;
  /** The seq of the first message. */
  readonly from: number;
  /** Whether it speaks `tidemark.v1`. If so, it begins with the welcome, which is the first text that is sent. */
  readonly speaks: boolean;
  /** The longest silence. A comment breaks it if the form has one, since peers and intermediaries drop a silent connection. */
  readonly keepAliveMs: number;
}

/** A response whose body is a stream, as a connection. It never reads: a peer that has something to say makes other requests. */
export class ResponseConnection implements FrameConnection {
  readonly turns: TurnTaker;
  readonly hasUnread = false;
  readonly #response: ServerResponse;
  readonly #socket: Duplex;
  readonly #host: Host;
  readonly #closingMs: number;
  /** While it is open, for the next check of silence; once it is closed, for the peer to take the rest. */
  readonly #alarm: Alarm;
  #listener: ConnectionListener | undefined;
  #head: ResponseHead | undefined;
  /** Set once the head has been sent. */
  #body: ResponseBody | undefined;
  /** The code that this end closed it with. */
  #closedWith: number | undefined;
  /** Whether the peer was lost, rather than left. */
  #lost = false;
  /** How often silence is checked for. */
  #silenceMs = Number.POSITIVE_INFINITY;
  /** Whether anything was written since the last check of silence. */
  #wrote = false;
  /** Whether a message has been written in part. */
  #midMessage = false;

  /**
   * @param response has its socket assigned, and nothing sent
   * @param socket what it writes to, which need not be its request's socket
   * @param closingMs how long the peer has to take the rest after the close
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
    response.on('error', () => {}); // writing to a peer that has just gone
    socket.on('drain', () => this.#listener?.drained());
    response.once('close', () => this.#ended());
  }

  listen(listener: ConnectionListener): void {
    this.#listener = listener;
  }

  /** Sends the head of the response. If it speaks `tidemark.v1`, that waits for the welcome. */
  begin(head: ResponseHead): void {
    this.#head = head;
    if (!head.speaks) this.#begin(head, undefined);
  }

  /** Sends the welcome. Later texts are ignored: a peer is answered in the responses to its own requests. */
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

  /** Ends the response if it is complete, or a trailer can say why it ends; otherwise cuts it off, so that it is not taken for complete. */
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

  /** Whether the body is chunked. HTTP/1.0 has neither chunks nor trailers: there the body ends with the connection. */
  get #hasChunks(): boolean {
    return this.#response.req.httpVersion !== '1.0';
  }

  /** @param welcome as JSON, for a client that speaks `tidemark.v1` */
  #begin({ form, headers, from, speaks, keepAliveMs }: ResponseHead, welcome: string | undefined): void {
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
    this.#silenceMs = keepAliveMs / 2;
    if (body.comment !== undefined) this.#checkSilenceLater();
  }

  /** Writes one chunk, or just the bytes if the body is not chunked. Node's own `write` would make three small writes of it. */
  #writeChunk(pieces: readonly Uint8Array[]): void {
    let bytes = 0;
    for (const each of pieces) bytes += each.length;
    if (bytes === 0) return; // an empty chunk would end the body
    this.#wrote = true;
    const size = this.#hasChunks ? `${bytes.toString(16)}${LINE_END}` : '';
    const end = this.#hasChunks ? LINE_END : '';
    if (bytes > COPIED_BYTES) {
      this.#socket.cork(); // one call to the kernel
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
    const comment = this.#body?.comment;
    const isSilent = this.#isOpen && !this.#wrote && !this.hasUnsent && !this.#midMessage;
    if (isSilent && comment !== undefined) this.#writeChunk([comment]);
    else this.#wrote = false;
    this.#checkSilenceLater();
  }

  #checkSilenceLater(): void {
    this.#alarm.set(this.#host.now().monotonicMs + this.#silenceMs);
  }

  #ended(): void {
    this.#alarm.clear();
    this.#closedWith ??= this.#lost ? ABNORMAL_CLOSE : NO_STATUS;
    this.#listener?.closed(this.#closedWith, '');
  }
}
