import type { IncomingMessage } from 'node:http';
import { originForm } from '../session/stream-request.ts';
import { STREAM_KINDS } from '../stream/stream.ts';
import { quoted } from '../wording/secrets.ts';
import type { BasePath } from './base-path.ts';
import { asksForEcho } from './echo.ts';
import type { HttpAnswer } from './http-answer.ts';

/** Load balancers and orchestrators ask here; 200 is yes. */
const HEALTH_PATH = '/healthz';

/**
 * Answers a request that asks for no WebSocket. Nobody has to say who they are: the answers tell no more than that a server
 * is there, and what it speaks.
 *
 * @param url where the server is, as in `ws://127.0.0.1:8000/feeds`
 */
export function answerHttp(
  { method = 'GET', url: asked = '/', headers }: Pick<IncomingMessage, 'method' | 'url' | 'headers'>,
  url: string,
  basePath: BasePath,
): HttpAnswer {
  if (method !== 'GET' && method !== 'HEAD') {
    return {
      status: 405,
      headers: { Allow: 'GET, HEAD' },
      sentence: `GET and HEAD are answered here, not ${method}`,
    };
  }
  const target = originForm(asked);
  const here = pathOf(basePath.below(target));
  // Whoever probes a server asks it directly, and not below the path that a proxy routes by.
  if (here === HEALTH_PATH || pathOf(target) === HEALTH_PATH) return { status: 200, sentence: 'ok' };
  if (here === undefined) return { status: 404, sentence: basePath.fault };
  if (headers['sec-websocket-key'] !== undefined) {
    const sentence =
      'a WebSocket handshake came without its Upgrade: a proxy on the way has to pass Upgrade and Connection on';
    return needsUpgrade(sentence);
  }
  const greeting = `This is a Tidemark server: connect to ${url}/users by WebSocket.`;
  if (here === '/') return { status: 200, sentence: greeting };
  if (asksForEcho(here) || STREAM_KINDS.some((kind) => here === `/${kind}`)) return needsUpgrade(greeting);
  return { status: 404, sentence: `there is nothing at ${quoted(here)}. ${greeting}` };
}

function needsUpgrade(sentence: string): HttpAnswer {
  return { status: 426, headers: { Connection: 'upgrade, close', Upgrade: 'websocket' }, sentence };
}

/** The path alone: a query may hold what nobody should be shown. */
function pathOf<T extends string | undefined>(target: T): T {
  return target?.split('?')[0] as T;
}
