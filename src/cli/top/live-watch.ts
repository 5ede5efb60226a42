import { refusal } from '../../carriage/dial-failure.ts';
import type { AnswerBody, HttpPlatform, HttpRequest } from '../../carriage/http/http-platform.ts';
import { LineReader } from '../../carriage/http/line-reader.ts';
import { acceptFor, bodyFault } from '../../carriage/http/response-fault.ts';
import { readRefusal } from '../../carriage/refusal-body.ts';
import { BackOff } from '../../session/run/back-off.ts';
import type { DialFailure } from '../../session/run/redial.ts';
import { printable } from '../../wording/printable.ts';
import { redacted } from '../../wording/secrets.ts';
import type { LiveAddress } from './live-address.ts';

/** What is told of a server that is watched. */
export interface LiveWatchHooks {
  /** A line has come. @returns what is wrong with it, if anything: then the connection is given up */
  line(json: string): string | undefined;
  /** There is a connection. */
  connected(): void;
  /** There is none, or none any more; another attempt follows. The reason is safe to print. */
  away(reason: string): void;
  /** The server will not tell, however often it is asked. The reason is safe to print. */
  refused(reason: string): void;
}

/** The longest line: a roster of a thousand clients takes some hundreds of KiB. */
const LINE_BYTES = 16 * 1024 * 1024;
/** A server sends a line a second. */
const SILENT_MS = 10_000;
const LONGEST_WAIT_MS = 2000;
const MANY_REQUESTS = 429;

/** Watches a server by `GET /live`, across its outages. */
export class LiveWatch {
  readonly #address: LiveAddress;
  readonly #platform: HttpPlatform;
  readonly #hooks: LiveWatchHooks;
  readonly #backOff = new BackOff(Math.random, LONGEST_WAIT_MS);
  #request: HttpRequest | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(address: LiveAddress, platform: HttpPlatform, hooks: LiveWatchHooks) {
    this.#address = address;
    this.#platform = platform;
    this.#hooks = hooks;
  }

  start(): void {
    const { url } = this.#address;
    const headers = {
      Accept: acceptFor('lines'),
      'Accept-Encoding': 'identity',
      'Cache-Control': 'no-store',
    };
    const request = this.#platform.request(url, { method: 'GET', headers });
    this.#request = request;
    this.#expectWord();
    let answered = false;
    request.on('response', (answer) => {
      answered = true;
      this.#answered(request, answer);
    });
    request.on('error', (error) => {
      if (answered) return; // the answer tells it
      this.#platform.failureOf(error, url, true, (failure) => this.#failed(request, failure));
    });
    request.end();
  }

  stop(): void {
    this.#stopped = true;
    this.#drop();
  }

  #answered(request: HttpRequest, answer: AnswerBody): void {
    const { statusCode = 0, headers } = answer;
    const { url } = this.#address;
    if (statusCode !== 200)
      return readRefusal(answer, (text) =>
        this.#failed(request, refusal(statusCode, headers, text, url, this.#platform.wallMs())),
      );
    const fault = bodyFault(headers, 'lines');
    if (fault !== undefined) {
      const { host, pathname } = new URL(url);
      return this.#failed(request, {
        status: 200,
        reason: `${host} answers ${pathname} with ${fault.sentence}`,
      });
    }
    const reader = new LineReader({ maximumMessageBytes: LINE_BYTES, isUtf8: this.#platform.isUtf8 });
    const decoder = new TextDecoder();
    this.#hooks.connected();
    answer.on('data', (chunk) => {
      if (this.#request !== request) return;
      this.#expectWord();
      let wrong: string | undefined;
      const found = reader.take(chunk, (batch) => {
        for (let index = 0; index < batch.count && wrong === undefined; index++)
          wrong = this.#hooks.line(decoder.decode(batch.payload(index)).trimEnd());
      });
      if (wrong === undefined && found === undefined) this.#backOff.reset();
      else this.#broke(request, wrong ?? found?.reason ?? '');
    });
    answer.on('error', () => {});
    answer.on('end', () => this.#broke(request, 'the server has ended the response'));
    answer.on('close', () => this.#broke(request, 'the connection broke'));
  }

  /** What an attempt failed for. Where a server has said no, it says so again. */
  #failed(request: HttpRequest, { status, cause, reason }: DialFailure): void {
    const comesBack =
      status === undefined
        ? cause === undefined || cause === 'name'
        : status >= 500 || status === MANY_REQUESTS;
    if (comesBack) this.#broke(request, reason);
    else if (this.#request === request && !this.#stopped) {
      this.stop();
      this.#hooks.refused(this.#safe(reason));
    }
  }

  #broke(request: HttpRequest, reason: string): void {
    if (this.#request !== request || this.#stopped) return;
    this.#drop();
    this.#timer = setTimeout(() => this.start(), this.#backOff.nextMs());
    this.#hooks.away(this.#safe(reason));
  }

  #expectWord(): void {
    clearTimeout(this.#timer);
    const request = this.#request;
    this.#timer = setTimeout(() => {
      if (request !== undefined) this.#broke(request, `nothing has come for ${SILENT_MS / 1000} s`);
    }, SILENT_MS);
  }

  #drop(): void {
    clearTimeout(this.#timer);
    const request = this.#request;
    this.#request = undefined;
    request?.destroy();
  }

  #safe(reason: string): string {
    return printable(redacted(reason, this.#address.secrets));
  }
}
