import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { takeAccessToken } from '../session/access-token.ts';
import { SUBPROTOCOL } from '../session/messages.ts';
import { originForm } from '../session/stream-request.ts';

/** What somebody asked a server for, as it came, whatever it will be answered on. */
export interface Request {
  readonly method: string;
  /** Path and query, without the access token, and without the scheme and host that may come before them. */
  readonly target: string;
  /** How many characters the target had, all in all. */
  readonly targetCharacters: number;
  readonly headers: IncomingHttpHeaders;
  /** The access token of the query. */
  readonly accessToken: string | undefined;
  /** Whether it asks to become a WebSocket. */
  readonly upgrade: boolean;
  /** Whether it offers to speak `tidemark.v1` there. */
  readonly speaksTidemark: boolean;
  /** The address that it comes from; undefined once its connection is gone. */
  readonly address: string | undefined;
  /** The same with its port, to be shown. */
  readonly remote: string;
  /** Where the server is for whoever asks, as in `ws://127.0.0.1:8000/feeds`. */
  readonly server: string;
}

/** @param server where the server is for whoever asks */
export function requestOf(
  { method = 'GET', url = '/', headers, socket }: IncomingMessage,
  upgrade: boolean,
  server: string,
): Request {
  const { target, accessToken } = takeAccessToken(originForm(url));
  const { remoteAddress: address, remotePort = 0 } = socket;
  return {
    ...{ method, target, targetCharacters: url.length, headers, accessToken, upgrade, address, server },
    speaksTidemark: upgrade && offersSubprotocol(headers),
    remote: `${address?.includes(':') ? `[${address}]` : (address ?? 'unknown')}:${remotePort}`,
  };
}

function offersSubprotocol(headers: IncomingHttpHeaders): boolean {
  const offered = headers['sec-websocket-protocol'] ?? '';
  return offered.split(',').some((name) => name.trim() === SUBPROTOCOL);
}
