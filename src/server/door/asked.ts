import { mostAccepted } from '../../carriage/http/accept.ts';
import { CLOSE } from '../../session/close-codes.ts';
import { quoted } from '../../wording/secrets.ts';
import type { ApiCall } from '../api/api.ts';
import { type Audience, findRoute, methodsOf, nameIn, operationOf, ROUTES } from '../api/routes.ts';
import type { BasePath } from '../options/base-path.ts';
import type { HttpAnswer } from '../request/http-answer.ts';
import { Refusal } from '../request/refusal.ts';
import type { Request } from '../request/request.ts';
import { queryFault } from './query-check.ts';

/** What a request asks for, by its path. */
export type Asked = (Called & Addressed) | { readonly kind: 'answer'; readonly answer: HttpAnswer } | Refusal;

type Called =
  /** The target, without the base path, says which stream. */
  | { readonly kind: 'stream'; readonly target: string }
  | { readonly kind: 'echo' }
  /** The live feed of the server itself. */
  | { readonly kind: 'live' }
  /** A file of the page, or the page itself; where there is none, `greeting` is the answer. */
  | { readonly kind: 'page'; readonly file: string; readonly greeting: string }
  /** A report to the session with this id. */
  | { readonly kind: 'receipts'; readonly session: string | undefined }
  | { readonly kind: 'api'; readonly call: ApiCall };

/** What holds for a request because of the route that it takes. */
interface Addressed {
  readonly audience: Audience;
  /** Why its query can't be understood, as a sentence for those who may ask at all. */
  readonly queryFault?: string | undefined;
}

type Asking = Pick<Request, 'method' | 'target' | 'headers' | 'upgrade' | 'server' | 'speak'>;

const ECHO_PATH = '/echo';
const PAGE = 'index.html';
/** The request headers that pages may send, besides those that they always may (CORS). */
const ASKING_HEADERS = 'Authorization, Content-Type, Last-Event-ID, Tidemark-Session';
const PREFLIGHT_SECONDS = 600;

/** Reads what a request asks for from its path alone, without opening the stream or checking who asks. */
export function understand(request: Asking, basePath: BasePath): Asked {
  const { target } = request;
  const below = basePath.below(target);
  if (!request.upgrade) return understandHttp(request, below, basePath);
  if (below === undefined) return elsewhere(basePath);
  const audience = 'client';
  return pathOf(below) === ECHO_PATH
    ? { kind: 'echo', audience }
    : { kind: 'stream', audience, target: below };
}

/** @param below the target without the base path; undefined if it is elsewhere */
function understandHttp(
  { method, target, headers, server, speak }: Asking,
  below: string | undefined,
  basePath: BasePath,
): Asked {
  const here = below === undefined ? undefined : pathOf(below);
  const direct = findRoute(pathOf(target));
  const route = (here === undefined ? undefined : findRoute(here)) ?? (direct?.probed ? direct : undefined);
  const methods = route === undefined ? ['GET', 'HEAD'] : methodsOf(route);
  if (method === 'OPTIONS') return { kind: 'answer', answer: preflightAnswer(methods) };
  if (!methods.includes(method)) {
    const sentence = `${methods.join(' and ')} ${methods.length > 1 ? 'are' : 'is'} answered here, not ${method}`;
    return new Refusal({ status: 405, headers: { Allow: methods.join(', ') }, sentence });
  }
  if (here === undefined && route === undefined) return elsewhere(basePath);
  if (route?.probed !== true && method !== 'POST' && headers['sec-websocket-key'] !== undefined) {
    return needsUpgrade(
      'a WebSocket handshake came without its Upgrade: a proxy on the way has to pass Upgrade and Connection on',
    );
  }
  const http = server.replace(/^ws/, 'http');
  const greeting = `This is a Tidemark server: connect to ${server}/users by WebSocket, or get ${http}/users.`;
  const operation = route === undefined ? undefined : operationOf(route, method);
  if (route === undefined || operation === undefined) {
    const sentence = `there is nothing at ${quoted(here ?? '')}. ${greeting} ${neighbours()}`;
    return new Refusal({ status: 404, sentence });
  }
  const query = queryOf(target);
  const addressed = {
    audience: operation.audience,
    queryFault: queryFault(route, operation, query, speak),
  };
  switch (operation.does) {
    case 'greeting':
      return greet(target, headers.accept, basePath, { ...addressed, kind: 'page', file: PAGE, greeting });
    case 'page':
      return { ...addressed, kind: 'page', file: nameIn(here ?? '') ?? '', greeting };
    case 'live':
      return { ...addressed, kind: 'live' };
    case 'echo':
      return needsUpgrade(
        `${ECHO_PATH} returns what is sent to it, by WebSocket alone: connect to ${server}${ECHO_PATH}`,
      );
    case 'stream':
      return { ...addressed, kind: 'stream', target: below ?? '' };
    case 'receipts':
      return { ...addressed, kind: 'receipts', session: sessionOf(headers, query) };
    default:
      return { ...addressed, kind: 'api', call: { does: operation.does, name: nameIn(here ?? ''), query } };
  }
}

/** Programs get a sentence, and browsers the page, whose URLs are relative: so it has to be below the base path. */
function greet(
  target: string,
  accept: string | undefined,
  { prefix }: BasePath,
  page: Extract<Asked, { kind: 'page' }>,
): Asked {
  const { greeting } = page;
  const headers = { Vary: 'Accept' };
  if (mostAccepted(accept, ['text/plain', 'text/html']) === 'text/plain') {
    return { kind: 'answer', answer: { status: 200, headers, sentence: greeting } };
  }
  if (pathOf(target).endsWith('/')) return page;
  const location = `${prefix}/${target.slice(pathOf(target).length)}`;
  return {
    kind: 'answer',
    answer: { status: 308, headers: { ...headers, Location: location }, sentence: greeting },
  };
}

/** The sentence that names what can be asked for instead. */
function neighbours(): string {
  const shown = ROUTES.filter(({ operations: { GET } }) => GET?.does !== 'page' && GET?.does !== 'greeting');
  const paths = shown.map(({ path }) => path);
  return `Its paths are ${paths.join(', ')}.`;
}

/** The id of the session that a POST is for. */
function sessionOf(headers: Asking['headers'], query: URLSearchParams): string | undefined {
  const [id] = [headers['tidemark-session'] ?? query.get('session') ?? undefined].flat();
  return id;
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
