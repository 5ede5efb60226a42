import { isUtf8 } from 'node:buffer';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { systemHost } from '../../host/host.ts';
import { MessageBatch } from '../../measure/message-batch.ts';
import { ABNORMAL_CLOSE, CLOSE } from '../../session/close-codes.ts';
import { MARK_BYTE } from '../../session/codec.ts';
import type { DialFailure } from '../../session/run/redial.ts';
import { refusalText } from '../../wording/refusal-text.ts';
import type { Connection, OpenListener } from '../connection.ts';
import { type DialError, failureOf, hungUp, isSecure, otherScheme, refusal } from '../dial-failure.ts';
import { readRefusal } from '../refusal-body.ts';
import { speaksTls } from '../tls-probe.ts';
import type { BodyFault, BodyReader } from './body-reader.ts';
import { EventStreamReader } from './event-stream-reader.ts';
import { textOfHeader } from './header-text.ts';
import { type Access, makeRequest } from './http-request.ts';
import { LineReader } from './line-reader.ts';
import { ReceiptPosts } from './receipt-posts.ts';
import { acceptFor, type BodyForm, bodyFault, isText } from './response-fault.ts';

const { turns } = systemHost;

/** After so long without a word the kernel asks whether the other end is still there. */
const KEEP_ALIVE_MS = 15_000;
const NO_CONTENT = 204;

/** What every connection of a run has in common. */
export interface HttpOptions extends Access {
  /** How messages are asked for. */
  readonly as: BodyForm;
  readonly maximumMessageBytes: number;
  /** Bytes of the id of an event. */
  readonly eventIdBytes: number;
  /** While so much waits to be posted, nothing is read. */
  readonly mostUnsentBytes: number;
}

/** What a run remembers of a server that does not speak Tidemark, where an `EventSource` does. */
export interface Remembered {
  /** Where the server is to go on; empty if it has not said. */
  lastEventId: string;
  /** The least wait between two attempts. */
  retryMs: number | undefined;
}

/** What is asked for. */
export interface AskedResponse {
  readonly url: string;
  /** Whether the server is asked to speak `tidemark.v1`. */
  readonly proof: boolean;
  /** Whether to find out if a server that hangs up speaks TLS, which the URL does not. */
  readonly probe: boolean;
}

/** How a response ended. */
interface ResponseEnd {
  readonly code: number;
  readonly reason: string;
  /** Whether this end ended it, since what came is broken. */
  readonly own?: boolean;
  readonly retryAfterMs?: number | undefined;
}

/**
 * A response that has messages, and what is posted meanwhile, as one connection: it is closed when both have ended, since what
 * has come may still have to be reported, and one that breaks takes the other with it.
 */
export class DialledResponse implements Connection {
  readonly #asked: AskedResponse;
  readonly #options: HttpOptions;
  readonly #remembered: Remembered;
  readonly #listener: OpenListener;
  readonly #request: ClientRequest;
  #response: IncomingMessage | undefined;
  #reader: BodyReader | undefined;
  #speaks = false;
  #posts: ReceiptPosts | undefined;
  #reading = true;
  /** Has given way to others. */
  #yielded = false;
  readonly #takeTurn = (): boolean => {
    this.#yielded = false;
    this.#readOrPause();
    return false;
  };
  /** How it is closed once nothing waits to be posted any more. */
  #ending: ResponseEnd | undefined;
  /** As which the run closes it. */
  #own: ResponseEnd | undefined;
  #terminated = false;
  #closed = false;

  constructor(asked: AskedResponse, options: HttpOptions, remembered: Remembered, listener: OpenListener) {
    this.#asked = asked;
    this.#options = options;
    this.#remembered = remembered;
    this.#listener = listener;
    const lastEventId = asked.proof ? '' : headerOf(remembered.lastEventId);
    this.#request = makeRequest(asked.url, options, {
      method: 'GET',
      headers: {
        Accept: acceptFor(options.as),
        'Accept-Encoding': 'identity',
        'Cache-Control': 'no-store',
        ...(lastEventId === '' ? {} : { 'Last-Event-ID': lastEventId }),
      },
    });
    this.#request.on('socket', (socket) => socket.setKeepAlive(true, KEEP_ALIVE_MS));
    this.#request.on('response', (response) => this.#answered(response));
    this.#request.on('error', (error: DialError) => {
      if (this.#response !== undefined) this.#broke(error.message);
      else if (!this.#terminated) this.#failed(error);
    });
    this.#request.end();
  }

  /** Receipts, questions for the time, and sentences: what can't be posted, since the server names no session, is left out. */
  sendText(text: string): void {
    if (this.#closed) return;
    this.#posts?.send(text);
    this.#readOrPause();
  }

  /** Only echoes are sent bytes, and there are none. */
  sendBytes(): void {}

  /** There are no pings. */
  ping(): void {}

  setReading(reading: boolean): void {
    this.#reading = reading;
    this.#readOrPause();
  }

  /** Nothing more is read; what waits to be posted still goes. */
  close(code: number, reason: string): void {
    this.#own = { code, reason };
    this.#ending ??= this.#own;
    this.#readOrPause();
    setImmediate(() => this.#endIfIdle());
  }

  terminate(): void {
    this.#terminated = true;
    setImmediate(() => {
      if (this.#response === undefined) this.#fail({ status: undefined, reason: 'the attempt was given up' });
      else this.#end({ code: ABNORMAL_CLOSE, reason: '' });
    });
    this.#drop();
  }

  #answered(response: IncomingMessage): void {
    this.#response = response;
    response.on('error', (error) => this.#broke(error.message));
    const { statusCode = 0, headers } = response;
    if (statusCode === NO_CONTENT) return this.#open(response);
    if (statusCode !== 200) {
      return readRefusal(response, (text) => {
        this.#fail(refusal(statusCode, headers, text, this.#asked.url, systemHost.now().wallMs));
      });
    }
    const fault = bodyFault(headers, this.#options.as);
    if (fault === undefined) return this.#open(response);
    const { host, pathname } = new URL(this.#asked.url);
    const failWith = (said: string) => {
      const reason = `${host} answers ${pathname} with ${fault}${said === '' ? '' : `: ${said}`}`;
      this.#fail({ status: statusCode, reason });
    };
    if (isText(headers)) readRefusal(response, (text) => failWith(refusalText(text)));
    else failWith('');
  }

  #open(response: IncomingMessage): void {
    const { headers } = response;
    const welcome = headers['tidemark-welcome'];
    const session = headers['tidemark-session'];
    this.#speaks = this.#asked.proof && typeof welcome === 'string';
    const { as, maximumMessageBytes, eventIdBytes } = this.#options;
    const { lastEventId } = this.#remembered;
    const limits = { maximumMessageBytes, eventIdBytes, isUtf8 };
    this.#reader =
      as === 'lines'
        ? new LineReader(limits)
        : new EventStreamReader({ ...limits, speaks: this.#speaks, lastEventId });
    if (typeof session === 'string') this.#posts = this.#postsOf(session);
    this.#listener.opened(this.#speaks);
    if (this.#speaks) this.#give(MessageBatch.of(Buffer.from(`${MARK}${String(welcome)}`), true));
    if (this.#closed) return;
    response.on('data', (chunk: Buffer) => this.#take(chunk));
    response.on('end', () => this.#bodyEnded(response));
    response.on('close', () => this.#broke(BROKE_OFF));
    this.#readOrPause();
  }

  #postsOf(session: string): ReceiptPosts {
    return new ReceiptPosts(this.#asked.url, session, this.#options, {
      answered: (batch) => {
        if (!this.#closed) this.#listener.messages(batch);
      },
      drained: () => {
        this.#readOrPause();
        this.#endIfIdle();
      },
      failed: (code, reason, retryAfterMs) => {
        if (this.#speaks) return this.#end(this.#own ?? { code, reason, retryAfterMs });
        this.#posts = undefined; // sentences are a courtesy: nothing rests on them
        this.#readOrPause();
        this.#endIfIdle();
      },
    });
  }

  #take(chunk: Buffer): void {
    if (this.#closed || this.#ending !== undefined) return;
    this.#listener.heard();
    this.#endWithFault(this.#reader?.take(chunk, (batch) => this.#give(batch)));
    if (!turns.readEnough || this.#closed) return;
    this.#yielded = true;
    this.#readOrPause();
    turns.add(this.#takeTurn);
  }

  #give(batch: MessageBatch): void {
    if (!this.#closed && this.#ending === undefined) this.#listener.messages(batch);
  }

  #endWithFault(fault: BodyFault | undefined): void {
    if (fault !== undefined && this.#ending === undefined) this.#end({ ...fault, own: true });
  }

  /** The body has ended as it should, which a server that speaks says more of. */
  #bodyEnded(response: IncomingMessage): void {
    if (this.#closed || this.#ending !== undefined || !response.complete) return;
    this.#endWithFault(this.#reader?.end((batch) => this.#give(batch)));
    if (this.#closed) return;
    const unsaid = this.#speaks
      ? { code: ABNORMAL_CLOSE, reason: 'the response ended without a close code' }
      : { code: CLOSE.done, reason: '' };
    this.#ending ??= closeOf(response.trailers['tidemark-close']) ?? unsaid;
    // Of a server that has sent all, or does not say why it ends, what came is reported; any other will have nothing more to say.
    const isOver = ![CLOSE.done, ABNORMAL_CLOSE].includes(this.#ending.code);
    if (isOver) this.#end(this.#ending);
    else this.#endIfIdle();
  }

  #broke(reason: string): void {
    const said = reason === 'aborted' ? BROKE_OFF : reason; // as Node calls a body that is cut off
    if (this.#ending === undefined && !this.#terminated) this.#end({ code: ABNORMAL_CLOSE, reason: said });
  }

  #readOrPause(): void {
    const response = this.#response;
    if (this.#reader === undefined || response === undefined || this.#closed) return;
    const clogged = (this.#posts?.unsentBytes ?? 0) > this.#options.mostUnsentBytes;
    if (this.#reading && !clogged && !this.#yielded && this.#ending === undefined) response.resume();
    else response.pause();
  }

  #endIfIdle(): void {
    if (this.#ending !== undefined && (this.#posts?.idle ?? true)) this.#end(this.#ending);
  }

  #end({ code, reason, own = false, retryAfterMs }: ResponseEnd): void {
    if (this.#closed) return;
    this.#drop();
    this.#closed = true;
    if (!this.#speaks && this.#reader !== undefined) {
      this.#remembered.lastEventId = this.#reader.lastEventId;
      this.#remembered.retryMs = this.#reader.retryMs ?? this.#remembered.retryMs;
    }
    const retryMs = this.#speaks ? undefined : this.#remembered.retryMs;
    this.#listener.closed(code, reason, own, longest(retryAfterMs, retryMs));
  }

  #failed(error: DialError): void {
    const { url, probe } = this.#asked;
    const failure = failureOf(error, url);
    if (!probe || !hungUp(error) || isSecure(url)) return this.#fail(failure);
    speaksTls(url, (yes) => this.#fail(yes ? otherScheme(url) : failure));
  }

  #fail(failure: DialFailure): void {
    if (this.#closed) return;
    this.#drop();
    this.#closed = true;
    const retryAfterMs = longest(failure.retryAfterMs, this.#remembered.retryMs);
    this.#listener.failed({ ...failure, retryAfterMs });
  }

  #drop(): void {
    turns.remove(this.#takeTurn);
    this.#posts?.destroy();
    this.#request.destroy();
  }
}

const MARK = String.fromCharCode(MARK_BYTE);
const BROKE_OFF = 'the response broke off';

/** `1000 done`, as a trailer says it. */
function closeOf(trailer: string | undefined): ResponseEnd | undefined {
  const [, code, reason = ''] = /^(\d{4})(?: (.*))?$/s.exec(trailer ?? '') ?? [];
  return code === undefined ? undefined : { code: Number(code), reason: textOfHeader(reason) };
}

function longest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}

/** An id as a header has it: its UTF-8 (Fetch, section 2.2.2). One that Node would not send is left out. */
function headerOf(id: string): string {
  const bytes = Buffer.from(id).toString('latin1');
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(bytes) ? bytes : '';
}
