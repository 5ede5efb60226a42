import type { DialError } from '../dial-failure.ts';
import type { HeaderFields } from '../header-fields.ts';
import type { AnswerBody, AskedRequest, HttpRequest } from '../http/http-platform.ts';

type Hearing = (told?: never) => void;

/** Who is told of what, as far as a request and its answer need it. */
class Emitting {
  readonly #listeners = new Map<string, Hearing[]>();

  on(event: string, listener: (told: never) => void): void {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener as Hearing]);
  }

  tell(event: string, told?: unknown): void {
    for (const listener of this.#listeners.get(event) ?? []) listener(told as never);
  }
}

/** A request by a browser's `fetch`, as Node has one. A browser shows no trailers. */
export class FetchRequest extends Emitting implements HttpRequest {
  readonly #url: string;
  readonly #init: RequestInit & { readonly cache: 'no-store' };
  readonly #abort = new AbortController();

  constructor(url: string, { method, headers }: AskedRequest, authorization: string | undefined) {
    super();
    this.#url = url;
    const ofRun = authorization === undefined ? {} : { Authorization: authorization };
    this.#init = {
      method,
      headers: { ...withoutForbidden(headers), ...ofRun },
      signal: this.#abort.signal,
      credentials: 'omit',
      cache: 'no-store',
      redirect: 'error',
    };
  }

  end(body?: string): void {
    fetch(this.#url, body === undefined ? this.#init : { ...this.#init, body }).then(
      (response) => {
        if (!this.#abort.signal.aborted) this.tell('response', new FetchAnswer(response, this.#abort));
      },
      (error: Error) => this.#failed(error),
    );
  }

  destroy(): void {
    this.#abort.abort();
  }

  #failed(error: DialError): void {
    if (!this.#abort.signal.aborted) this.tell('error', error);
  }
}

/** What a browser says by itself, or would have to ask the server for first. */
function withoutForbidden(headers: AskedRequest['headers']): Record<string, string> {
  const own = ['Accept-Encoding', 'Cache-Control'];
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !own.includes(name)));
}

class FetchAnswer extends Emitting implements AnswerBody {
  readonly statusCode: number;
  readonly headers: HeaderFields;
  readonly trailers: HeaderFields = {};
  complete = false;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  readonly #abort: AbortController;
  #paused = false;
  #pulling = false;

  constructor(response: Response, abort: AbortController) {
    super();
    this.statusCode = response.status;
    this.headers = Object.fromEntries(response.headers);
    this.#reader = response.body?.getReader() as ReadableStreamDefaultReader<Uint8Array> | undefined;
    this.#abort = abort;
    queueMicrotask(() => this.#pull()); // once it is known who listens
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#pull();
  }

  destroy(): void {
    this.#abort.abort();
    this.tell('close');
  }

  /** Reads as long as it may. Nothing is asked of the body meanwhile, which makes the server wait. */
  async #pull(): Promise<void> {
    if (this.#pulling || this.#paused || this.complete) return;
    this.#pulling = true;
    try {
      while (!this.#paused) {
        const { done, value } = (await this.#reader?.read()) ?? { done: true, value: undefined };
        if (this.#abort.signal.aborted) return;
        if (value !== undefined) this.tell('data', value);
        if (!done) continue;
        this.complete = true;
        this.tell('end');
        return this.tell('close');
      }
    } catch (error) {
      if (this.#abort.signal.aborted) return;
      this.tell('error', error);
      this.tell('close');
    } finally {
      this.#pulling = false;
    }
  }
}
