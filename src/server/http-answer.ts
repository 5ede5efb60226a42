import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { leaving } from './leaving.ts';

/** An HTTP answer of one sentence, after which the connection ends. */
export interface HttpAnswer {
  readonly status: number;
  /** Besides those that every answer has. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly sentence: string;
}

/** @param withBody whether the body goes out too: not to a HEAD */
export function respond(response: ServerResponse, answer: HttpAnswer, withBody = true): void {
  const body = bodyOf(answer);
  response.writeHead(answer.status, headersOf(answer, body)).end(withBody ? body : '');
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

function bodyOf({ sentence }: HttpAnswer): string {
  return `${sentence}\n`;
}

function headersOf({ headers }: HttpAnswer, body: string): Record<string, string> {
  return {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(body)),
    'X-Content-Type-Options': 'nosniff', // a sentence may quote what was asked for
    Connection: 'close',
    ...headers,
  };
}
