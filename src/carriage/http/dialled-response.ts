import { MessageBatch } from '../../measure/message-batch.ts';
import { ABNORMAL_CLOSE, CLOSE } from '../../session/close-codes.ts';
import { MARK_BYTE } from '../../session/codec.ts';
import type { DialFailure } from '../../session/run/redial.ts';
import { refusalText } from '../../wording/refusal-text.ts';
import type { Connection, OpenListener } from '../connection.ts';
import { type DialError, refusal } from '../dial-failure.ts';
import { readRefusal } from '../refusal-body.ts';
import type { BodyFault, BodyReader } from './body-reader.ts';
import { EventStreamReader } from './event-stream-reader.ts';
import { textOfHeader } from './header-text.ts';
import type { AnswerBody, HttpPlatform, HttpRequest } from './http-platform.ts';
import { LineReader } from './line-reader.ts';
import { ReceiptPosts } from './receipt-posts.ts';
import { acceptFor, type BodyForm, bodyFault, isText } from './response-fault.ts';

const NO_CONTENT = 204;
/** The wait before a client comes back to a server that has named none. */
const USUAL_RETRY_MS = 1000;

/** Options that all connections of a run share. */
export interface HttpOptions {
  readonly platform: HttpPlatform;
  /** The form to ask for. */
  readonly as: BodyForm;
  readonly maximumMessageBytes: number;
  /** The longest id of an event, in bytes. */
  readonly eventIdBytes: number;
  /** While more than this waits to be posted, nothing is read. */
  readonly mostUnsentBytes: number;
}

/** What a run remembers between connections to a server that does not speak `tidemark.v1`, as an `EventSource` does. */
export interface Remembered {
  /** The id to resume with; empty if the server has sent none. */
  lastEventId: string;
  /** The shortest wait between two attempts. */
  retryMs: number | undefined;
}

/** The request of one connection. */
export interface AskedResponse {
  readonly url: string;
  /** Whether to ask the server to speak `tidemark.v1`. */
  readonly proof: boolean;
  /** Whether to find out, if the server hangs up on a URL without TLS, that it speaks TLS. */
  readonly probe: boolean;
}

/** How a response ended. */
interface ResponseEnd {
  readonly code: number;
  readonly reason: string;
  /** Whether this end ended it because the input was invalid. */
  readonly own?: boolean;
  readonly retryAfterMs?: number | undefined;
}

/**
 * A response with messages, together with the posts of their receipts, as one connection. It closes when both have ended, since
 * messages received may still have to be reported; if either breaks, so does the other.
 */
export class DialledResponse implements Connection {
  readonly #asked: AskedResponse;
  readonly #options: HttpOptions;
  readonly #remembered: Remembered;
  readonly #listener: OpenListener;
  readonly #request: HttpRequest;
  #response: AnswerBody | undefined;
  #reader: BodyReader | undefined;
  /** The batch that is being given. */
  #given: MessageBatch | undefined;
  #speaks = false;
  #posts: ReceiptPosts | undefined;
  #reading = true;
  /** Whether it waits for its turn. */
  #yielded = false;
  readonly #takeTurn = (): boolean => {
    this.#yielded = false;
    this.#readOrPause();
    return false;
  };
  /** How it will be closed once everything has been posted. */
  #ending: ResponseEnd | undefined;
  /** How the run asked to close it. */
  #own: ResponseEnd | undefined;
  #terminated = false;
  #closed = false;

  constructor(asked: AskedResponse, options: HttpOptions, remembered: Remembered, listener: OpenListener) {
    this.#asked = asked;
    this.#options = options;
    this.#remembered = remembered;
    this.#listener = listener;
    const lastEventId = asked.proof ? '' : headerOf(remembered.lastEventId);
    this.#request = options.platform.request(asked.url, {
      method: 'GET',
      headers: {
        Accept: acceptFor(options.as),
        'Accept-Encoding': 'identity',
        'Cache-Control': 'no-store',
        ...(lastEventId === '' ? {} : { 'Last-Event-ID': lastEventId }),
      },
    });
    this.#request.on('response', (response) => this.#answered(response));
    this.#request.on('error', (error: DialError) => {
      if (this.#response !== undefined) this.#broke(error.message);
      else if (!this.#terminated) this.#failed(error);
    });
    this.#request.end();
  }

  /** Posts a receipt, a clock request or a sentence. If the server has named no session, it is dropped. */
  sendText(text: string): void {
    if (this.#closed) return;
    this.#posts?.send(text);
    this.#readOrPause();
  }

  /** Only the echo needs this, and there is none over HTTP. */
  sendBytes(): void {}

  /** A response answers no pings. Its silence means nothing while this end does not read, or after the response has ended. */
  ping(): void {
    if (this.#holdsBack || this.#ending !== undefined) this.#listener.heard();
  }

  setReading(reading: boolean): void {
    this.#reading = reading;
    this.#readOrPause();
  }

  /** Stops reading, and closes once everything has been posted. */
  close(code: number, reason: string): void {
    this.#own = { code, reason };
    this.#ending ??= this.#own;
    this.#readOrPause();
    this.#options.platform.soon(() => this.#endIfIdle());
  }

  terminate(): void {
    this.#terminated = true;
    this.#options.platform.soon(() => {
      if (this.#response === undefined) this.#fail({ status: undefined, reason: 'the attempt was given up' });
      else this.#end({ code: ABNORMAL_CLOSE, reason: '' });
    });
    this.#drop();
  }

  #answered(response: AnswerBody): void {
    this.#response = response;
    response.on('error', (error) => this.#broke(error.message));
    const { statusCode = 0, headers } = response;
    if (statusCode === NO_CONTENT) return this.#open(response);
    if (statusCode !== 200) {
      return readRefusal(response, (text) => {
        this.#fail(refusal(statusCode, headers, text, this.#asked.url, this.#options.platform.wallMs()));
      });
    }
    const fault = bodyFault(headers, this.#options.as);
    if (fault === undefined) return this.#open(response);
    const { host, pathname } = new URL(this.#asked.url);
    const failWith = (said: string) => {
      const reason = `${host} answers ${pathname} with ${fault.sentence}${said === '' ? '' : `: ${said}`}`;
      this.#fail({ status: statusCode, reason, advice: fault.advice });
    };
    if (isText(headers)) readRefusal(response, (text) => failWith(refusalText(text)));
    else failWith('');
  }

  #open(response: AnswerBody): void {
    const { headers } = response;
    const welcome = headers['tidemark-welcome'];
    const session = headers['tidemark-session'];
    this.#speaks = this.#asked.proof && typeof welcome === 'string';
    const { as, maximumMessageBytes, eventIdBytes } = this.#options;
    const { lastEventId } = this.#remembered;
    const { isUtf8 } = this.#options.platform;
    const limits = { maximumMessageBytes, eventIdBytes, isUtf8 };
    this.#reader =
      as === 'lines'
        ? new LineReader(limits)
        : new EventStreamReader({ ...limits, speaks: this.#speaks, lastEventId });
    if (typeof session === 'string') this.#posts = this.#postsOf(session);
    this.#listener.opened(this.#speaks);
    if (this.#speaks) this.#give(MessageBatch.of(UTF8.encode(`${MARK}${String(welcome)}`), true));
    if (this.#closed) return;
    response.on('data', (chunk: Uint8Array) => this.#take(chunk));
    response.on('end', () => this.#bodyEnded(response));
    response.on('close', () => this.#broke(BROKE_OFF));
    this.#readOrPause();
  }

  #postsOf(session: string): ReceiptPosts {
    return new ReceiptPosts(this.#asked.url, session, this.#options.platform, {
      answered: (batch) => {
        if (!this.#closed) this.#listener.messages(batch);
      },
      drained: () => {
        this.#readOrPause();
        this.#endIfIdle();
      },
      failed: (code, reason, retryAfterMs) => {
        if (this.#speaks) return this.#end(this.#own ?? { code, reason, retryAfterMs });
        this.#posts = undefined; // sentences are a courtesy, which a server may refuse
        this.#readOrPause();
        this.#endIfIdle();
      },
    });
  }

  #take(chunk: Uint8Array): void {
    if (this.#closed || this.#ending !== undefined) return;
    this.#listener.heard();
    this.#endWithFault(this.#reader?.take(chunk, (batch) => this.#give(batch)));
    if (!this.#options.platform.turns.readEnough || this.#closed) return;
    this.#yielded = true;
    this.#readOrPause();
    this.#options.platform.turns.add(this.#takeTurn);
  }

  /** Where a server that does not speak Tidemark resumes behind the messages taken so far; empty if it has not said. */
  get lastEventId(): string {
    if (this.#speaks || this.#reader === undefined) return this.#speaks ? '' : this.#remembered.lastEventId;
    return this.#given === undefined
      ? this.#reader.lastEventId
      : this.#reader.eventIdBehind(this.#given.next);
  }

  #give(batch: MessageBatch): void {
    if (this.#closed || this.#ending !== undefined) return;
    this.#given = batch;
    this.#listener.messages(batch);
    this.#given = undefined;
  }

  #endWithFault(fault: BodyFault | undefined): void {
    if (fault !== undefined && this.#ending === undefined) this.#end({ ...fault, own: true });
  }

  /** The body has ended properly; a server that speaks `tidemark.v1` says in a trailer why. */
  #bodyEnded(response: AnswerBody): void {
    if (this.#closed || this.#ending !== undefined || !response.complete) return;
    this.#endWithFault(this.#reader?.end((batch) => this.#give(batch)));
    if (this.#closed) return;
    const unsaid = this.#speaks
      ? { code: ABNORMAL_CLOSE, reason: 'the response ended without Tidemark-Close' }
      : this.#plainEnd(response.statusCode === NO_CONTENT);
    this.#ending ??= closeOf(response.trailers['tidemark-close']) ?? unsaid;
    // A server that is done, or that gave no reason, may still take reports. One that closed for another reason will not.
    const isOver = ![CLOSE.done, ABNORMAL_CLOSE].includes(this.#ending.code);
    if (isOver) this.#end(this.#ending);
    else this.#endIfIdle();
  }

  /**
   * How the response of a server ended that does not speak Tidemark. As an `EventSource`, the client comes back to one that has said
   * when or where to go on; any other has sent all, or would start over.
   */
  #plainEnd(sentAll: boolean): ResponseEnd {
    const { lastEventId = '', retryMs = this.#remembered.retryMs } = this.#reader ?? {};
    if (sentAll || (lastEventId === '' && retryMs === undefined)) return { code: CLOSE.done, reason: '' };
    return { code: CLOSE.done, reason: 'the response ended', retryAfterMs: retryMs ?? USUAL_RETRY_MS };
  }

  #broke(reason: string): void {
    const said = reason === 'aborted' ? BROKE_OFF : reason; // Node's word for a body that was cut off
    if (this.#ending === undefined && !this.#terminated) this.#end({ code: ABNORMAL_CLOSE, reason: said });
  }

  #readOrPause(): void {
    const response = this.#response;
    if (this.#reader === undefined || response === undefined || this.#closed) return;
    if (!this.#holdsBack && !this.#yielded && this.#ending === undefined) response.resume();
    else response.pause();
  }

  /** Whether the run has paused reading, or too much waits to be posted. */
  get #holdsBack(): boolean {
    return !this.#reading || (this.#posts?.unsentBytes ?? 0) > this.#options.mostUnsentBytes;
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
    // Whoever has sent all does not ask to be come back to.
    const retryMs = this.#speaks || code === CLOSE.done ? undefined : this.#remembered.retryMs;
    this.#listener.closed(code, reason, own, longest(retryAfterMs, retryMs));
  }

  #failed(error: DialError): void {
    const { url, probe } = this.#asked;
    this.#options.platform.failureOf(error, url, probe, (failure) => this.#fail(failure));
  }

  #fail(failure: DialFailure): void {
    if (this.#closed) return;
    this.#drop();
    this.#closed = true;
    const retryAfterMs = longest(failure.retryAfterMs, this.#remembered.retryMs);
    this.#listener.failed({ ...failure, retryAfterMs });
  }

  #drop(): void {
    this.#options.platform.turns.remove(this.#takeTurn);
    this.#posts?.destroy();
    this.#request.destroy();
  }
}

const UTF8 = new TextEncoder();
const MARK = String.fromCharCode(MARK_BYTE);
const BROKE_OFF = 'the response broke off';

/** Reads a trailer such as `1000 done`. */
function closeOf(trailer: string | string[] | undefined): ResponseEnd | undefined {
  const [, code, reason = ''] = /^(\d{4})(?: (.*))?$/s.exec(String(trailer ?? '')) ?? [];
  return code === undefined ? undefined : { code: Number(code), reason: textOfHeader(reason) };
}

function longest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}

/** Encodes an id for a header: its UTF-8 bytes (Fetch, section 2.2.2). Empty if Node would refuse to send it. */
function headerOf(id: string): string {
  const bytes = String.fromCharCode(...UTF8.encode(id));
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(bytes) ? bytes : '';
}
