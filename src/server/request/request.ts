import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { takeAccessToken } from '../../session/access-token.ts';
import { SUBPROTOCOL } from '../../session/messages.ts';
import { takeParameter } from '../../session/query-parameter.ts';
import { originForm } from '../../session/stream-request.ts';

/** What somebody asked a server for, as it came, whatever it will be answered on. */
export interface Request {
  readonly method: string;
  /** Path and query, without what has a field of its own here, and without the scheme and host that may come before them. */
  readonly target: string;
  /** How many characters the target had, all in all. */
  readonly targetCharacters: number;
  readonly headers: IncomingHttpHeaders;
  /** The access token of the query. */
  readonly accessToken: string | undefined;
  /** Whether it asks to become a WebSocket. */
  readonly upgrade: boolean;
  /** Whether it offers to speak `tidemark.v1`. */
  readonly speaksTidemark: boolean;
  /** What it wants to speak over HTTP; on a WebSocket a subprotocol says it. */
  readonly speak: string | undefined;
  /** The address that it comes from; undefined once its connection is gone. */
  readonly address: string | undefined;
  /** The same with its port, to be shown. */
  readonly remote: string;
  /** Where the server is for whoever asks, as in `ws://127.0.0.1:8000/feeds`. */
  readonly server: string;
}

/** The parameter of a query by which a request that is no handshake says what it speaks. */
const SPEAK_PARAMETER = 'speak';

/** @param server where the server is for whoever asks */
export function requestOf(
  { method = 'GET', url = '/', headers, socket }: IncomingMessage,
  upgrade: boolean,
  server: string,
): Request {
  const { target: all, accessToken } = takeAccessToken(originForm(url));
  const { target, value: speak } = upgrade
    ? { target: all, value: undefined }
    : takeParameter(all, SPEAK_PARAMETER);
  const { remoteAddress: address, remotePort = 0 } = socket;
  return {
    ...{
      method,
      target,
      targetCharacters: url.length,
      headers,
      accessToken,
      speak,
      upgrade,
      address,
      server,
    },
    speaksTidemark: upgrade ? offersSubprotocol(headers) : speak === SUBPROTOCOL,
    remote: `${address?.includes(':') ? `[${address}]` : (address ?? 'unknown')}:${remotePort}`,
  };
}

function offersSubprotocol(headers: IncomingHttpHeaders): boolean {
  const offered = headers['sec-websocket-protocol'] ?? '';
  return offered.split(',').some((name) => name.trim() === SUBPROTOCOL);
}
