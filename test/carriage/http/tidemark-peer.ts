import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { ClientMessage, Receipt } from '../../../src/session/messages.ts';
import { crc32Hex, digestMessage } from '../../../src/stream/digest.ts';
import { framed } from '../../../src/stream/segment/framing.ts';
import { openStream } from '../../../src/stream/stream.ts';

/** How often a run may come that has a reason to. */
const MOST_MORE_RESPONSES = 2;

/** A server that is to be silent says so often that it is there. */
const KEEP_ALIVE_MS = 100;

const stream = openStream('users?seed=7');

/** What one response does otherwise than it should. */
interface Misbehaviour {
  /** Breaks off after so many messages. */
  readonly cutAfter?: number;
  /** Breaks off only when something has been reported to its session. */
  readonly onceReported?: boolean;
  /** Ends after so many messages, as it should. */
  readonly endAfter?: number;
  /** Says no more after so many messages, and does not end, though its welcome says that it is never quiet for long. */
  readonly silentAfter?: number;
  /** What is said at the end; empty is nothing. */
  readonly trailer?: string;
  /** Makes other events of those of a message. */
  readonly frame?: (seq: number) => Uint8Array | string;
}

interface PeerOptions {
  /** For each response, in order. */
  readonly responses?: readonly Misbehaviour[];
  /** Between two messages. @default none: all are sent at once */
  readonly pacedMs?: number;
  /** Answers a POST in place of the server, by its number from 1 on; false leaves it to the server. */
  readonly post?: (number: number, response: ServerResponse) => boolean;
}

/** A server that speaks Tidemark over HTTP, made by hand. */
export async function tidemarkPeer({ responses = [], pacedMs, post = () => false }: PeerOptions = {}) {
  const asked: { url: URL; headers: IncomingMessage['headers'] }[] = [];
  const posts: { session: string; messages: ClientMessage[] }[] = [];
  const sessions = new Set<string>();
  const reported = new EventEmitter();
  const server = createServer((request, response) => {
    if (request.method === 'POST') takePost(request, response);
    else void serveStream(request, response);
  });

  async function serveStream(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url ?? '', 'http://h');
    asked.push({ url, headers: request.headers });
    const misbehaviour = responses[asked.length - 1] ?? theRest();
    const { cutAfter, onceReported, silentAfter, endAfter, trailer = '1000 done', frame } = misbehaviour;
    const asEvents = request.headers.accept?.startsWith('text/event-stream') ?? false;
    const from = Number(url.searchParams.get('from') ?? 0);
    const count = Number(url.searchParams.get('count') ?? 1000);
    const speaks = url.searchParams.get('speak') === 'tidemark.v1';
    const session = `session-${asked.length}`;
    sessions.add(session);
    const welcome = JSON.stringify({
      type: 'welcome',
      server: '0.1.0',
      client: url.searchParams.get('client'),
      token: 'secret-1',
      stream: stream.name,
      stream_id: stream.id,
      generator: 1,
      faker: '10',
      from,
      rate: 'max',
      profile: 'constant',
      t0_ms: 0,
      ...(silentAfter === undefined ? {} : { keep_alive_ms: KEEP_ALIVE_MS }),
    });
    response.writeHead(200, {
      'Content-Type': asEvents ? 'text/event-stream' : 'application/x-ndjson',
      'Tidemark-Session': session,
      ...(speaks ? { 'Tidemark-Welcome': welcome, Trailer: 'Tidemark-Close' } : {}),
    });
    if (asEvents)
      response.write(`id: ${from - 1}\nretry: 1000\n${speaks ? `event: welcome\ndata: ${welcome}\n` : ''}\n`);
    const framing = asEvents ? 'events' : 'lines';
    const end = from + Math.min(count, cutAfter ?? count, silentAfter ?? count, endAfter ?? count);
    for (let seq = from; seq < end; seq++) {
      response.write(frame?.(seq) ?? framed(framing, stream.message(seq), seq, true));
      if (pacedMs !== undefined) await setTimeout(pacedMs);
    }
    if (onceReported) await once(reported, session);
    if (cutAfter !== undefined) {
      sessions.delete(session);
      setImmediate(() => response.destroy());
      return;
    }
    if (silentAfter !== undefined) return;
    if (speaks && trailer !== '') response.addTrailers({ 'Tidemark-Close': trailer });
    response.end();
  }

  /** A run that comes back again and again is ended. */
  function theRest(): Misbehaviour {
    const tooOften = asked.length > responses.length + MOST_MORE_RESPONSES;
    return tooOften ? { endAfter: 0, trailer: '4410 it came too often' } : {};
  }

  function takePost(request: IncomingMessage, response: ServerResponse) {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const session = String(request.headers['tidemark-session']);
      const messages = Buffer.concat(parts)
        .toString()
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as ClientMessage);
      posts.push({ session, messages });
      reported.emit(session);
      if (post(posts.length, response)) return;
      if (!sessions.has(session)) return problem(response, 404, { detail: 'there is no such session' });
      response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
      response.end(messages.map((message) => `${JSON.stringify(answerTo(message))}\n`).join(''));
    });
  }

  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, asked, posts };
}

export function problem(
  response: ServerResponse,
  status: number,
  body: Record<string, unknown>,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'Content-Type': 'application/problem+json', ...headers });
  response.end(JSON.stringify({ type: 'about:blank', title: 'refused', status, ...body }));
}

function answerTo(message: ClientMessage) {
  if (message.type === 'clock_request') return { type: 'clock', t1_ms: message.t1_ms, t2_ms: 0, t3_ms: 0 };
  const { block, from, to } = message;
  const expected = digestOf(message);
  if (expected === message.crc32) return { type: 'verified', block };
  return {
    type: 'mismatch',
    block,
    from,
    to,
    expected_crc32: expected,
    received_crc32: message.crc32,
    reason: 'differs',
  };
}

function digestOf({ from, to }: Receipt): string {
  let crc = 0;
  for (let seq = from; seq <= to; seq++) crc = digestMessage(stream.message(seq), true, crc);
  return crc32Hex(crc);
}
