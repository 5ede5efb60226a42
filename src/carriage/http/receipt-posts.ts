import { MessageBatch } from '../../measure/message-batch.ts';
import { ACCESS_TOKEN_PARAMETER } from '../../session/access-token.ts';
import { ABNORMAL_CLOSE, CLOSE, TOO_LARGE } from '../../session/close-codes.ts';
import { MARK_BYTE } from '../../session/codec.ts';
import { LIMITS } from '../../session/limits.ts';
import { streamAddress } from '../../session/stream-request.ts';
import { problem, refusal } from '../dial-failure.ts';
import { readRefusal } from '../refusal-body.ts';
import type { AnswerBody, HttpPlatform, HttpRequest, KeptConnections } from './http-platform.ts';
import { LineReader } from './line-reader.ts';

const UTF8 = new TextEncoder();
const MARK = String.fromCharCode(MARK_BYTE);
const UNSUPPORTED = 1003;
const RETRY_MS = 1000;
const LONGEST_RETRY_MS = 10_000;

/** Told about the outcome of posts. */
export interface PostsListener {
  /** The server's answers, which are control messages. */
  answered(batch: MessageBatch): void;
  /** A post has been answered, so fewer bytes wait, or none. */
  drained(): void;
  /** The last call: the server does not accept the reports. */
  failed(code: number, reason: string, retryAfterMs: number | undefined): void;
}

/**
 * Posts a client's receipts and other messages to the server. One request is in flight at a time, which keeps their order; what is
 * sent meanwhile waits, and goes together in the next.
 */
export class ReceiptPosts {
  readonly #url: string;
  readonly #session: string;
  readonly #platform: HttpPlatform;
  readonly #connections: KeptConnections;
  readonly #listener: PostsListener;
  /** Control messages, without their mark, and free texts, each of which goes alone. */
  readonly #waiting: { readonly text: string; readonly control: boolean; readonly bytes: number }[] = [];
  #unsentBytes = 0;
  #starting = false;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #request: HttpRequest | undefined;
  #over = false;

  /** @param url the URL of the stream */
  constructor(url: string, session: string, platform: HttpPlatform, listener: PostsListener) {
    this.#url = receiptsUrl(url);
    this.#session = session;
    this.#platform = platform;
    this.#connections = platform.keepConnections(url);
    this.#listener = listener;
  }

  /** Whether nothing waits or is in flight. */
  get idle(): boolean {
    return this.#over || (this.#waiting.length === 0 && this.#request === undefined);
  }

  /** Bytes that wait or are in flight. */
  get unsentBytes(): number {
    return this.#unsentBytes;
  }

  /** Queues a text. All texts of one turn of the event loop go together. */
  send(text: string): void {
    if (this.#over) return;
    const control = text.startsWith(MARK);
    const said = control ? `${text.slice(MARK.length)}\n` : text;
    const bytes = UTF8.encode(said).length;
    this.#waiting.push({ text: said, control, bytes });
    this.#unsentBytes += bytes;
    if (this.#request !== undefined || this.#starting) return;
    this.#starting = true;
    this.#platform.soon(() => this.#post());
  }

  /** Drops everything; the listener hears nothing more. */
  destroy(): void {
    this.#over = true;
    clearTimeout(this.#retry);
    this.#request?.destroy();
    this.#connections.destroy();
  }

  #post(): void {
    this.#starting = false;
    if (this.#over) return;
    const { body, control } = this.#take();
    this.#try(body, control, () => {
      this.#unsentBytes -= UTF8.encode(body).length;
      this.#request = undefined;
      if (this.#waiting.length > 0 && !this.#over) this.#post();
      if (!this.#over) this.#listener.drained();
    });
  }

  /** Takes as much from the queue as one request may bring. */
  #take(): { body: string; control: boolean } {
    const control = this.#waiting[0]?.control ?? false;
    let count = 0;
    let bytes = 0;
    for (const each of this.#waiting) {
      bytes += each.bytes;
      const fits = control && bytes <= LIMITS.inboundMessageBytes && count < LIMITS.waitingReceipts;
      if (count > 0 && (!fits || !each.control)) break;
      count++;
    }
    const taken = this.#waiting.splice(0, count);
    return { body: taken.map(({ text }) => text).join(''), control };
  }

  #try(body: string, control: boolean, done: () => void): void {
    const request = this.#connections.request(this.#url, {
      method: 'POST',
      headers: {
        'Content-Type': control ? 'application/x-ndjson' : 'text/plain; charset=utf-8',
        'Tidemark-Session': this.#session,
        Accept: 'application/x-ndjson, application/problem+json',
      },
    });
    this.#request = request;
    let answered = false;
    request.on('response', (response) => {
      answered = true;
      const again = control ? () => this.#try(body, control, done) : undefined;
      this.#answer(response, again, done);
    });
    request.on('error', (error: Error & { code?: string }) => {
      if (this.#over || answered) return;
      // The server may have closed the idle connection just as this was sent.
      const isGone = error.code === 'ECONNRESET' || error.code === 'EPIPE';
      if (request.reusedSocket && isGone) return this.#try(body, control, done);
      this.#fail(ABNORMAL_CLOSE, `receipts can't be posted: ${error.message}`);
    });
    request.end(body);
  }

  #answer(response: AnswerBody, again: (() => void) | undefined, done: () => void): void {
    const { statusCode = 0, headers } = response;
    if (statusCode >= 300) {
      readRefusal(response, (text) => {
        const { reason, retryAfterMs } = refusal(
          statusCode,
          headers,
          text,
          this.#url,
          this.#platform.wallMs(),
        );
        const { closeCode = closeCodeOf(statusCode) } = problem(headers, text) ?? {};
        if (closeCode !== CLOSE.full || again === undefined)
          return this.#fail(closeCode, reason, retryAfterMs);
        // The server is busy. Waiting loses nothing, since the response goes on.
        this.#retry = setTimeout(again, Math.min(retryAfterMs ?? RETRY_MS, LONGEST_RETRY_MS));
      });
      return;
    }
    const reader = new LineReader({
      maximumMessageBytes: LIMITS.controlMessageBytes,
      isUtf8: this.#platform.isUtf8,
    });
    const give = (batch: MessageBatch) => {
      const { count } = batch;
      const payloads = Array.from({ length: count }, (_, index) => marked(batch.payload(index)));
      if (!this.#over) this.#listener.answered(MessageBatch.ofAll(payloads, true));
    };
    response.on('data', (chunk: Uint8Array) => {
      const fault = this.#over ? undefined : reader.take(chunk, give);
      if (fault !== undefined) this.#fail(CLOSE.protocolError, `an answer to receipts: ${fault.reason}`);
    });
    response.on('error', () => {});
    response.on('close', () => {
      if (this.#over) return;
      if (!response.complete) return this.#fail(ABNORMAL_CLOSE, 'the answer to receipts broke off');
      reader.end(give);
      done();
    });
  }

  #fail(code: number, reason: string, retryAfterMs?: number): void {
    if (this.#over) return;
    this.destroy();
    this.#listener.failed(code, reason, retryAfterMs);
  }
}

/** Receipts are posted to `/receipts` below the server's base path, with the access token of the stream's URL. */
function receiptsUrl(url: string): string {
  const { searchParams, pathname } = new URL(url);
  const { basePath } = streamAddress(new URL(pathname, url).href);
  const receipts = new URL(`${basePath}/receipts`, url);
  const token = searchParams.get(ACCESS_TOKEN_PARAMETER);
  if (token !== null) receipts.searchParams.set(ACCESS_TOKEN_PARAMETER, token);
  return receipts.href;
}

/** The close code that a refusal would have had over WebSocket. */
function closeCodeOf(status: number): number {
  switch (status) {
    case 400:
    case 422:
      return CLOSE.protocolError;
    case 405:
    case 415:
      return UNSUPPORTED;
    case 401:
    case 403:
      return CLOSE.unauthorised;
    case 413:
      return TOO_LARGE;
    case 429:
    case 503:
      return CLOSE.full;
    default:
      return ABNORMAL_CLOSE;
  }
}

/** A control message as it would have come over WebSocket. */
function marked(message: Uint8Array): Uint8Array {
  const payload = new Uint8Array(1 + message.length);
  payload[0] = MARK_BYTE;
  payload.set(message, 1);
  return payload;
}
