import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ACCESS_TOKEN_SUBPROTOCOL, parseAccessToken } from '../../session/access-token.ts';

/**
 * Knows whether a handshake brings the server's access token. Of both only SHA-256 is compared, in constant time, so
 * that the time of a refusal tells neither the token's length nor how much of a guess was right.
 */
export class TokenCheck {
  readonly #expected: Buffer | undefined;

  /** @param token undefined lets everybody in */
  constructor(token: string | undefined) {
    this.#expected = token === undefined ? undefined : digest(parseAccessToken(token));
  }

  /**
   * @param inQuery the token that came in the query
   * @returns what is wrong, as a sentence that holds no token; undefined if nothing is
   */
  fault({ headers }: Pick<IncomingMessage, 'headers'>, inQuery: string | undefined): string | undefined {
    if (this.#expected === undefined) return undefined;
    const brought = bearer(headers.authorization) ?? offered(headers['sec-websocket-protocol']) ?? inQuery;
    if (brought === undefined) {
      return 'an access token is needed: as Authorization: Bearer, as subprotocol, or as access_token in the query';
    }
    return timingSafeEqual(digest(brought), this.#expected)
      ? undefined
      : 'the access token is not the right one';
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}

/** Another scheme is for somebody else, such as a gateway. */
function bearer(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
}

function offered(subprotocols: string | undefined): string | undefined {
  const entry = subprotocols
    ?.split(',')
    .map((name) => name.trim())
    .find((name) => name.startsWith(ACCESS_TOKEN_SUBPROTOCOL));
  return entry === undefined
    ? undefined
    : Buffer.from(entry.slice(ACCESS_TOKEN_SUBPROTOCOL.length), 'base64url').toString('utf8');
}
