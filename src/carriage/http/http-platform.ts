import type { DialFailure } from '../../session/run/redial.ts';
import type { DialError } from '../dial-failure.ts';
import type { HeaderFields } from '../header-fields.ts';

/** An answer as it is read: the part of Node's that is used here. */
export interface AnswerBody {
  readonly statusCode?: number | undefined;
  readonly headers: HeaderFields;
  readonly trailers: HeaderFields;
  /** Whether the body ended as it should. */
  readonly complete: boolean;
  on(event: 'data', listener: (chunk: Uint8Array) => void): unknown;
  on(event: 'error', listener: (error: DialError) => void): unknown;
  on(event: 'end' | 'close', listener: () => void): unknown;
  pause(): unknown;
  resume(): unknown;
  destroy(): unknown;
}

/** A request that is made: the part of Node's that is used here. */
export interface HttpRequest {
  /** Whether it went over a connection that had been used before. */
  readonly reusedSocket?: boolean;
  on(event: 'response', listener: (answer: AnswerBody) => void): unknown;
  on(event: 'error', listener: (error: DialError) => void): unknown;
  end(body?: string): unknown;
  destroy(): unknown;
}

export interface AskedRequest {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
}

/** Makes requests over connections that it keeps. */
export interface KeptConnections {
  request(url: string, asked: AskedRequest): HttpRequest;
  destroy(): void;
}

/** What a platform has for a run over HTTP. */
export interface HttpPlatform {
  readonly isUtf8: (bytes: Uint8Array) => boolean;
  readonly turns: {
    readonly readEnough: boolean;
    add(job: () => boolean): void;
    remove(job: () => boolean): void;
  };
  wallMs(): number;
  /** Calls back once the caller has returned. */
  soon(callback: () => void): void;
  /** Makes a request over a connection of its own. Nothing of it is told before this returns. */
  request(url: string, asked: AskedRequest): HttpRequest;
  keepConnections(url: string): KeptConnections;
  /** @param probe whether to find out if a server that hangs up speaks TLS, which the URL does not */
  failureOf(error: DialError, url: string, probe: boolean, done: (failure: DialFailure) => void): void;
}
