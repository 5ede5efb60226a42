import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { leaving } from './leaving.ts';

/** An HTTP answer of one sentence, after which the connection ends. */
export interface HttpAnswer {
  readonly status: number;
  /** Besides those that every answer has. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly sentence: string;
  /** What the body is, if it is not the sentence alone. */
  readonly body?: Body;
}

/** The body of an answer. */
interface Body {
  readonly type: string;
  /** Undefined is none, and that it would have no end that can be said before. */
  readonly text: string | undefined;
}

/** What every response has whose body is a stream. */
export const STREAM_HEADERS = {
  'Cache-Control': 'no-store',
  'X-Accel-Buffering': 'no', // or a proxy would hold messages back
  'X-Content-Type-Options': 'nosniff',
} as const;

/** @param withBody whether the body goes out too: not to a HEAD */
export function respond(response: ServerResponse, answer: HttpAnswer, withBody = true): void {
  if (response.destroyed) return;
  const body = bodyOf(answer);
  response.writeHead(answer.status, headersOf(answer, body));
  const { req } = response;
  if (req.complete) response.end(withBody ? body : '');
  else {
    // What is sent still is taken, and thrown away: a connection that ends before loses the answer on its way.
    response.write(withBody ? body : '');
    req.once('end', () => response.end()).resume();
  }
  const gone = leaving.add(() => response.destroy());
  response.once('close', gone);
}

/** Answers on a socket that asked for an upgrade, before any; who does not take the answer is dropped. */
export function respondOnSocket(socket: Duplex, answer: HttpAnswer, withBody = true): void {
  const body = bodyOf(answer);
  const head = [
    `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status]}`,
    ...Object.entries(headersOf(answer, body)).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${withBody ? body : ''}`);
  socket.resume();
  const gone = leaving.add(() => socket.destroy());
  socket.once('close', gone);
}

function bodyOf({ sentence, body }: HttpAnswer): string {
  return body === undefined ? `${sentence}\n` : (body.text ?? '');
}

function headersOf({ status, headers, body }: HttpAnswer, text: string): Record<string, string> {
  const { type } = body ?? { type: 'text/plain; charset=utf-8' };
  const known = body === undefined || body.text !== undefined;
  return {
    ...(status === 204 ? {} : { 'Content-Type': type }),
    ...(status === 204 || !known ? {} : { 'Content-Length': String(Buffer.byteLength(text)) }),
    'X-Content-Type-Options': 'nosniff', // a sentence may quote what was asked for
    Connection: 'close',
    ...headers,
  };
}
