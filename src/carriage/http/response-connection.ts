import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Alarm } from '../../host/alarm.ts';
import type { Host } from '../../host/host.ts';
import type { TurnTaker } from '../../host/turns.ts';
import { ABNORMAL_CLOSE, CLOSE } from '../../session/close-codes.ts';
import type { ConnectionListener, FrameConnection } from '../connection.ts';
import type { ResponseForm } from './response-form.ts';

/** An EventSource that has lost its connection comes back after so long. */
const RETRY_MS = 1000;
/** So long nothing is said to who takes events, before a comment is: what stands between may give up a silent connection. */
const SILENCE_MS = 15_000;
/** After so long without a word of the peer, which has no reason to say any, its kernel is asked whether it is there. */
const KEEP_ALIVE_MS = 15_000;

const NEWLINE = 10;
const COMMA = 44;

/** How a link is said to have ended that can't say why. */
const NO_STATUS = 1005;

/** What a response says before its first message. */
export interface ResponseHead {
  readonly form: ResponseForm;
  readonly headers: OutgoingHttpHeaders;
  /** The seq of the first message. */
  readonly from: number;
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
  readonly #alarm: Alarm;
  #form: ResponseForm | undefined;
  #listener: ConnectionListener | undefined;
  /** The code that this end closed it with. */
  #closedWith: number | undefined;
  /** Whether its peer is known to be away, and did not just leave. */
  #lost = false;
  #wroteMs = 0;
  #started = false;

  /** @param response that has its socket, and of which nothing was sent */
  constructor(response: ServerResponse, socket: Socket, host: Host, turns: TurnTaker) {
    this.#response = response;
    this.#socket = socket;
    this.#host = host;
    this.turns = turns;
    this.#alarm = host.alarm(() => this.#breakSilence());
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

  /** Sends the head of the response, and what its form begins with. */
  begin({ form, headers, from }: ResponseHead): void {
    if (!this.#isOpen) return;
    const response = this.#response;
    this.#form = form;
    response.writeHead(200, { 'Content-Type': form.mediaTypes[0], ...headers, Connection: 'close' });
    this.cork();
    response.flushHeaders();
    // An EventSource that is cut off before the first message comes back with this id, and misses none.
    if (form.kind === 'events') this.#write(`id: ${from - 1}\nretry: ${RETRY_MS}\ndata:\n\n`);
    this.uncork();
    this.#wrote();
  }

  sendText(): void {}

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
    if (!this.#isOpen) return;
    this.#socket.cork(); // so that they go to the kernel in one call
    for (const each of frames) {
      if (this.#form?.kind === 'array') this.#writeElements(each);
      else this.#write(each);
    }
    this.#socket.uncork();
    this.#wrote();
  }

  cork(): void {
    this.#socket.cork();
  }

  uncork(): void {
    this.#socket.uncork();
  }

  /** Ends the response, if all was sent; else cuts it off, so that nobody takes it for whole. */
  close(code: number): void {
    if (!this.#isOpen) return;
    this.#closedWith = code;
    this.#alarm.clear();
    if (code !== CLOSE.done) {
      this.#socket.destroy();
      return;
    }
    if (this.#form?.kind === 'array') this.#response.write(this.#started ? ']\n' : '[]\n');
    this.#response.end();
  }

  terminate(): void {
    this.#closedWith ??= ABNORMAL_CLOSE;
    this.#socket.destroy();
  }

  get #isOpen(): boolean {
    return this.#closedWith === undefined && !this.#response.destroyed && this.#socket.writable;
  }

  #write(bytes: Uint8Array | string): void {
    this.#response.write(bytes);
  }

  /** Lines become elements. The comma that follows the last of them is written before the next, if there is one. */
  #writeElements(lines: Uint8Array): void {
    const elements = Buffer.from(lines.subarray(0, -1));
    for (let at = elements.indexOf(NEWLINE); at !== -1; at = elements.indexOf(NEWLINE, at)) {
      elements[at] = COMMA;
    }
    this.#write(this.#started ? ',' : '[');
    this.#write(elements);
    this.#started = true;
  }

  #wrote(): void {
    if (this.#form?.kind !== 'events') return;
    const first = this.#wroteMs === 0;
    this.#wroteMs = this.#host.now().monotonicMs;
    if (first) this.#alarm.set(this.#wroteMs + SILENCE_MS);
  }

  #breakSilence(): void {
    if (!this.#isOpen) return;
    const { monotonicMs } = this.#host.now();
    if (monotonicMs - this.#wroteMs >= SILENCE_MS) {
      if (!this.hasUnsent) this.#write(':\n');
      this.#wroteMs = monotonicMs;
    }
    this.#alarm.set(this.#wroteMs + SILENCE_MS);
  }

  #ended(): void {
    this.#alarm.clear();
    const code = this.#closedWith ?? (this.#lost ? ABNORMAL_CLOSE : NO_STATUS);
    this.#closedWith = code;
    this.#listener?.closed(code, '');
  }
}
