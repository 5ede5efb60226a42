import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { ACCESS_LIMITS } from '../options/access-limits.ts';
import { leaving, takesLeave } from './leaving.ts';

/** An HTTP response of one sentence. */
export interface HttpAnswer {
  readonly status: number;
  /** Headers in addition to those of every response. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly sentence: string;
  /** The body. @default the sentence, as text */
  readonly body?: Body;
}

interface Body {
  readonly type: string;
  /** Undefined for an endless body, of which only the head is sent, without a length: the answer to a HEAD. */
  readonly text: string | undefined;
}

/** The headers of every response whose body is a stream. */
export const STREAM_HEADERS = {
  'Cache-Control': 'no-store',
  'X-Accel-Buffering': 'no', // nginx would hold messages back
  'X-Content-Type-Options': 'nosniff',
} as const;

/** An answer with a JSON document. */
export function jsonAnswer(document: unknown): HttpAnswer {
  const body = { type: 'application/json', text: `${JSON.stringify(document)}\n` };
  return { status: 200, sentence: '', body };
}

/** How an answer is sent. */
interface Responding {
  /** False for a HEAD. @default true */
  readonly withBody?: boolean;
  /** Called when the answer has been sent and the connection is kept open. @default none: the connection ends */
  readonly kept?: (() => void) | undefined;
}

export function respond(
  response: ServerResponse,
  answer: HttpAnswer,
  { withBody = true, kept }: Responding = {},
): void {
  if (response.destroyed) return;
  const { req } = response;
  const keeps = kept !== undefined && req.complete && response.shouldKeepAlive;
  const body = bodyOf(answer);
  response.writeHead(answer.status, headersOf(answer, body, keeps));
  if (req.complete) response.end(withBody ? body : '');
  else {
    // The rest of the request is read and discarded: closing earlier would reset the connection and lose the answer.
    response.write(withBody ? body : '');
    req.once('end', () => response.end()).resume();
  }
  takesLeave(response);
  if (keeps) response.once('finish', kept);
}

/** Answers, instead of an upgrade, on its socket, and drops a client that does not take the answer. */
export function respondOnSocket(socket: Duplex, answer: HttpAnswer, withBody = true): void {
  const body = bodyOf(answer);
  const head = [
    `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status]}`,
    ...Object.entries(headersOf(answer, body, false)).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${withBody ? body : ''}`);
  socket.resume();
  leaving.add(socket);
  socket.once('close', () => leaving.remove(socket));
}

function bodyOf({ sentence, body }: HttpAnswer): string {
  return body === undefined ? `${sentence}\n` : (body.text ?? '');
}

/** Seconds for which a kept connection may be used again, as it is told: two less than it is kept, so that no request meets its end. */
const KEPT_SECONDS = ACCESS_LIMITS.handshakeMs / 1000 - 2;

function headersOf(
  { status, headers, body }: HttpAnswer,
  text: string,
  keeps: boolean,
): Record<string, string> {
  const { type } = body ?? { type: 'text/plain; charset=utf-8' };
  const known = body === undefined || body.text !== undefined;
  return {
    ...(status === 204 ? {} : { 'Content-Type': type }),
    ...(status === 204 || !known ? {} : { 'Content-Length': String(Buffer.byteLength(text)) }),
    'Cache-Control': 'no-store', // it is as of now
    'X-Content-Type-Options': 'nosniff', // a sentence may quote what was asked for
    ...(keeps
      ? { Connection: 'keep-alive', 'Keep-Alive': `timeout=${KEPT_SECONDS}` }
      : { Connection: 'close' }),
    ...headers,
  };
}
