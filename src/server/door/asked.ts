import { CLOSE } from '../../session/close-codes.ts';
import { STREAM_KINDS } from '../../stream/stream.ts';
import { quoted } from '../../wording/secrets.ts';
import type { BasePath } from '../options/base-path.ts';
import type { HttpAnswer } from '../request/http-answer.ts';
import { Refusal } from '../request/refusal.ts';
import type { Request } from '../request/request.ts';

/** What a request asks for, by its path. */
export type Asked =
  /** The target, without the base path, says which stream. */
  | { readonly kind: 'stream'; readonly target: string }
  | { readonly kind: 'echo' }
  /** A report to the session with this id. */
  | { readonly kind: 'receipts'; readonly session: string | undefined }
  | { readonly kind: 'page' | 'api'; readonly answer: HttpAnswer }
  | Refusal;

type Asking = Pick<Request, 'method' | 'target' | 'headers' | 'upgrade' | 'server'>;

const ECHO_PATH = '/echo';
/** The health check of load balancers and orchestrators. */
const HEALTH_PATH = '/healthz';
/** Where clients that are served over HTTP report. */
const RECEIPTS_PATH = '/receipts';
/** The request headers that pages may send, besides those that they always may (CORS). */
const ASKING_HEADERS = 'Authorization, Content-Type, Last-Event-ID, Tidemark-Session';
const PREFLIGHT_SECONDS = 600;

/** Reads what a request asks for from its path alone, without opening the stream or checking who asks. */
export function understand(request: Asking, basePath: BasePath): Asked {
  const { target } = request;
  const below = basePath.below(target);
  if (!request.upgrade) return understandHttp(request, below, basePath);
  if (below === undefined) return elsewhere(basePath);
  return pathOf(below) === ECHO_PATH ? { kind: 'echo' } : { kind: 'stream', target: below };
}

/** @param below the target without the base path; undefined if it is elsewhere */
function understandHttp(
  { method, target, headers, server }: Asking,
  below: string | undefined,
  basePath: BasePath,
): Asked {
  const here = below === undefined ? undefined : pathOf(below);
  const methods = here === RECEIPTS_PATH ? ['POST'] : ['GET', 'HEAD'];
  if (method === 'OPTIONS') return { kind: 'api', answer: preflightAnswer(methods) };
  if (!methods.includes(method)) {
    const sentence = `${methods.join(' and ')} ${methods.length > 1 ? 'are' : 'is'} answered here, not ${method}`;
    return new Refusal({ status: 405, headers: { Allow: methods.join(', ') }, sentence });
  }
  if (below !== undefined && here === RECEIPTS_PATH) {
    const [id] = [headers['tidemark-session'] ?? queryOf(below).get('session') ?? undefined].flat();
    return { kind: 'receipts', session: id };
  }
  // Health checks come directly, without the base path that a proxy routes by.
  if (here === HEALTH_PATH || pathOf(target) === HEALTH_PATH) {
    return { kind: 'api', answer: { status: 200, sentence: 'ok' } };
  }
  if (here === undefined) return elsewhere(basePath);
  if (headers['sec-websocket-key'] !== undefined) {
    return needsUpgrade(
      'a WebSocket handshake came without its Upgrade: a proxy on the way has to pass Upgrade and Connection on',
    );
  }
  const http = server.replace(/^ws/, 'http');
  const greeting = `This is a Tidemark server: connect to ${server}/users by WebSocket, or get ${http}/users.`;
  if (here === '/') return { kind: 'page', answer: { status: 200, sentence: greeting } };
  if (here === ECHO_PATH) return needsUpgrade(greeting);
  if (below !== undefined && STREAM_KINDS.some((kind) => here === `/${kind}`)) {
    return { kind: 'stream', target: below };
  }
  return new Refusal({ status: 404, sentence: `there is nothing at ${quoted(here)}. ${greeting}` });
}

function elsewhere(basePath: BasePath): Refusal {
  return new Refusal({ status: 404, closeCode: CLOSE.noSuchStream, sentence: basePath.fault });
}

function needsUpgrade(sentence: string): Refusal {
  const headers = { Connection: 'upgrade, close', Upgrade: 'websocket' };
  return new Refusal({ status: 426, headers, sentence });
}

/** Answers a CORS preflight. Whether this page's origin is allowed is said by `readableBy`. */
function preflightAnswer(methods: readonly string[]): HttpAnswer {
  const headers = {
    Allow: [...methods, 'OPTIONS'].join(', '),
    'Access-Control-Allow-Methods': methods.join(', '),
    'Access-Control-Allow-Headers': ASKING_HEADERS,
    'Access-Control-Max-Age': String(PREFLIGHT_SECONDS),
  };
  return { status: 204, headers, sentence: '' };
}

function queryOf(target: string): URLSearchParams {
  return new URLSearchParams(target.split(/\?(.*)/s)[1]);
}

/** The path alone: a query may hold secrets, and this may be shown. */
function pathOf(target: string): string {
  return target.split('?')[0] ?? target;
}
