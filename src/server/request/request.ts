import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { takeAccessToken } from '../../session/access-token.ts';
import { SUBPROTOCOL } from '../../session/messages.ts';
import { takeParameter } from '../../session/query-parameter.ts';
import { originForm } from '../../session/stream-request.ts';

/** A request as it arrived, whether it is for a WebSocket or for a response. */
export interface Request {
  readonly method: string;
  /** Path and query, without an absolute form's scheme and host, and without the parameters that have a field of their own here. */
  readonly target: string;
  /** The length of the target as it came. */
  readonly targetCharacters: number;
  readonly headers: IncomingHttpHeaders;
  /** The access token in the query. */
  readonly accessToken: string | undefined;
  /** Whether it asks for a WebSocket. */
  readonly upgrade: boolean;
  /** Whether it offers to speak `tidemark.v1`. */
  readonly speaksTidemark: boolean;
  /** The protocol that it asks to speak over HTTP; on a WebSocket the subprotocol says that. */
  readonly speak: string | undefined;
  /** The IP address that it comes from; undefined once its connection is gone. */
  readonly address: string | undefined;
  /** The address with its port, for display. */
  readonly remote: string;
  /** The server's base URL as this client reaches it, such as `ws://127.0.0.1:8000/feeds`. */
  readonly server: string;
}

/** The query parameter that selects the protocol to speak over HTTP. */
export const SPEAK_PARAMETER = 'speak';

/** @param server the server's base URL as this client reaches it */
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
